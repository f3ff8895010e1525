-- One row per customer of dim_customer, the unknown member left out: what its purchases alone tell, and
-- the days on which the calendar moves it between lifecycle stages. "Within the last n days" holds the
-- as-of date and the n - 1 days before it.
{% set thresholds = [
    'new_days', 'mature_min_occasions', 'lapsed_after_days', 'churned_after_days', 'won_back_days',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        {% for rule in thresholds %}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }},
        {% endfor %}
        max(case when rule = 'overdue_min_days' then value end) as overdue_min_days
    from {{ ref('lifecycle_rules') }}
),

joined as (
    select
        customers.customer_key,
        run_context.as_of_date,
        {{ business_date('customers.first_seen_at', 'run_context.business_time_zone') }}
            as first_seen_date,
        coalesce(purchases.occasion_count, 0) as occasion_count,
        purchases.first_purchase_date as first_date,
        purchases.last_purchase_date as last_date,
        purchases.won_back_date,
        purchases.usual_interval_days,
        case
            when purchases.usual_interval_days is not null
                then greatest(purchases.usual_interval_days, rules.overdue_min_days)
        end as overdue_after_days,
        rules.*
    from {{ ref('dim_customer') }} as customers
    cross join run_context
    cross join rules
    left join {{ ref('int_customers_purchases_counted') }} as purchases
        on customers.customer_key = purchases.customer_key
    where customers.customer_kind <> 'unknown'
)

select
    customer_key,
    as_of_date,
    first_seen_date,
    occasion_count,
    first_date,
    last_date,
    won_back_date,
    mature_min_occasions,
    lapsed_after_days,
    churned_after_days,
    usual_interval_days,
    overdue_after_days,
    {{ dbt.datediff('last_date', 'as_of_date', 'day') }} as silent_days,
    {% for name, days, since in [
        ('new_until_date', 'new_days', 'first_date'),
        ('won_back_until_date', 'won_back_days', 'won_back_date'),
        ('overdue_date', 'cast(overdue_after_days as integer) + 1', 'last_date'),
        ('lapsed_date', 'lapsed_after_days', 'last_date'),
    ] %}
    cast({{ dbt.dateadd('day', days, since) }} as date) as {{ name }},
    {% endfor %}
    cast({{ dbt.dateadd('day', 'churned_after_days', 'last_date') }} as date) as churned_date
from joined
