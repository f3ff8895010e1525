-- One row per customer of dim_customer, the unknown member included, at the as-of date: credit grade
-- by points (B16) and how the customer pays (B17). The grade rests on the share of the points that
-- can be had on what is known of the customer, so that a missing figure is no bad figure.
{%- set characteristics = [
    'days_past_due', 'limit_use_rate', 'disputes', 'bureau_score', 'payment_punctuality_rate',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

delivered as (
    select
        (select count(*) from {{ ref('stg_crm__credit') }}) > 0 as has_credit,
        (select count(*) from {{ ref('int_payments_valued') }}) > 0 as has_payments
)

select
    customers.customer_key,
    run_context.as_of_date,
    known.credit_as_of_date,
    known.limit_amount,
    known.used_amount,
    known.limit_use_rate,
    known.days_past_due,
    known.disputes as dispute_count,
    known.bureau_score,
    {% for characteristic in characteristics %}
    graded.{{ characteristic }}_points,
    {% endfor %}
    graded.credit_points,
    graded.credit_max_points,
    graded.credit_points_rate,
    graded.credit_grade,
    case
        when graded.credit_grade is not null then null
        when not delivered.has_credit then 'no credit figures delivered'
        when known.customer_key is null then 'no credit figures that still hold'
        else 'too few characteristics known'
    end as credit_reason,
    coalesce(graded.coverage_rate, 0) as coverage_rate,
    timed.due_amount,
    timed.on_time_amount,
    case
        when timed.due_amount > 0
            then cast(timed.on_time_amount as double) / cast(timed.due_amount as double)
    end as payment_punctuality_rate,
    case
        when timed.due_amount > 0 then null
        when not delivered.has_payments then 'no payments delivered'
        else 'nothing was due'
    end as punctuality_reason,
    timed.open_credit_amount,
    timed.credit_sales_amount,
    case
        when timed.credit_sales_amount > 0
            then
                round(
                    cast(timed.open_credit_amount as double) * timed.dso_window_days
                    / cast(timed.credit_sales_amount as double), 6
                )
    end as dso_days,
    case
        when timed.credit_sales_amount > 0 then null
        when not delivered.has_payments then 'no payments delivered'
        else 'no sales on credit in the window'
    end as dso_reason,
    run_context.currency_code
from {{ ref('dim_customer') }} as customers
cross join run_context
cross join delivered
left join {{ ref('int_customers_credit_known') }} as known
    on customers.customer_key = known.customer_key
left join {{ ref('int_customers_credit_graded') }} as graded
    on customers.customer_key = graded.customer_key
left join {{ ref('int_customers_payments_timed') }} as timed
    on customers.customer_key = timed.customer_key
