-- One row per sales employee and calendar month (sales_rep_id, month_start_date) up to the as-of date:
-- satisfaction, recommendation and repurchase of the own customers, raw and shrunk to the mean of all
-- employees, how often they were contacted, and what the book is worth (E15). Without employees one row
-- says so.
{%- set measures = {
    'csat': 'no own customer answered about satisfaction in rep_window_days',
    'nps': 'no own customer answered about recommending in rep_window_days',
    'repurchase': 'no own customer bought in rep_window_days before the month',
} %}
with
run_context as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as as_of_month_date
    from {{ source('raw', 'run_context') }}
),

reps as (
    select
        customers.sales_rep_id,
        count(*) as customer_count,
        count(clv.clv_365d_amount) as valued_count,
        sum(clv.clv_365d_amount) as book_value_amount
    from {{ ref('dim_customer') }} as customers
    left join {{ ref('customer_clv') }} as clv on customers.customer_key = clv.customer_key
    where customers.sales_rep_id is not null and not customers.is_test
    group by customers.sales_rep_id
),

months as (
    select distinct period_start_date as month_start_date
    from {{ ref('int_periods_spanned') }}
    where period_kind = 'month'
),

rep_months as (
    select
        reps.*,
        months.month_start_date
    from reps
    cross join months
    union all
    select null, null, null, null, as_of_month_date
    from run_context
    where not exists (select 1 from reps)
),

delivered as (
    select case when count(rep_id) > 0 then 0 end as no_contacts
    from {{ ref('stg_crm__interactions') }}
),

-- Where no employee or no contact is delivered, the counts are null and not 0.
joined as (
    select
        rep_months.*,
        {% for measure in measures -%}
        case when rep_months.customer_count > 0 then coalesce({{ measure }}.measured_count, 0) end
            as {{ measure }}_count,
        {{ measure }}.raw_mean as {{ measure }}_raw,
        {{ measure }}.shrunk_mean as {{ measure }}_shrunk,
        {{ measure }}.prior_count as {{ measure }}_prior,
        {% endfor -%}
        case when rep_months.customer_count > 0
            then coalesce(contacts.contact_count, delivered.no_contacts)
        end as contact_count,
        coalesce(contacts.contacted_count, delivered.no_contacts) as contacted_count
    from rep_months
    cross join delivered
    {% for measure in measures -%}
    left join {{ ref('int_rep_months_shrunk') }} as {{ measure }}
        on
            {{ measure }}.measure = '{{ measure }}'
            and rep_months.sales_rep_id = {{ measure }}.sales_rep_id
            and rep_months.month_start_date = {{ measure }}.month_start_date
    {% endfor -%}
    left join {{ ref('int_rep_contacts_counted') }} as contacts
        on
            rep_months.sales_rep_id = contacts.sales_rep_id
            and rep_months.month_start_date = contacts.month_start_date
)

select
    coalesce(joined.sales_rep_id, 'none') || '/' || cast(joined.month_start_date as string)
        as rep_scorecard_key,
    run_context.as_of_date,
    joined.sales_rep_id,
    joined.month_start_date,
    {{ is_running_period("'month'", 'joined.month_start_date', 'run_context.as_of_date') }}
        as is_partial,
    cast(joined.customer_count as bigint) as customer_count,
    {% for measure, silence in measures.items() -%}
    cast(joined.{{ measure }}_count as bigint) as {{ measure }}_count,
    joined.{{ measure }}_raw,
    joined.{{ measure }}_shrunk,
    joined.{{ measure }}_prior,
    case
        when joined.customer_count is null then 'no customer has a sales employee'
        when joined.{{ measure }}_count = 0 then '{{ silence }}'
    end as {{ measure }}_reason,
    {% endfor -%}
    cast(joined.contact_count as bigint) as contact_count,
    {{ share_of_counts('joined.contact_count', 'joined.customer_count') }} as contacts_per_customer,
    {{ share_of_counts('joined.contacted_count', 'joined.customer_count') }} as contacted_rate,
    case
        when joined.customer_count is null then 'no customer has a sales employee'
        when joined.contact_count is null then 'no contacts of employees are delivered'
    end as contact_reason,
    case when joined.month_start_date = run_context.as_of_month_date
        then cast(joined.book_value_amount as decimal(18, 4))
    end as book_value_amount,
    case
        when joined.customer_count is null then 'no customer has a sales employee'
        when joined.month_start_date < run_context.as_of_month_date
            then 'values are known at the as-of date only'
        when joined.valued_count = 0 then 'no own customer has a CLV'
        when joined.valued_count < joined.customer_count then 'customers without a CLV add nothing'
    end as book_value_reason
from joined
cross join run_context
