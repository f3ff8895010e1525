-- Claim: customer_trend has the customers of customer_cbs and no other, its two windows are what they
-- spent in them, and both count the same months. Fails on each customer that differs.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select value as window_days
    from {{ ref('behaviour_rules') }}
    where rule = 'trend_window_days'
),

spent as (
    select
        customer_days.customer_key,
        sum(customer_days.net_amount) as net_amount
    from {{ ref('int_customer_days_netted') }} as customer_days
    cross join run_context
    cross join rules
    where
        {{ dbt.datediff('customer_days.purchase_date', 'run_context.as_of_date', 'day') }}
        < 2 * rules.window_days
    group by customer_days.customer_key
)

select
    coalesce(statistics.customer_key, trends.customer_key) as customer_key,
    trends.recent_net_amount,
    trends.prior_net_amount,
    spent.net_amount
from {{ ref('customer_cbs') }} as statistics
full outer join {{ ref('customer_trend') }} as trends
    on statistics.customer_key = trends.customer_key
left join spent on trends.customer_key = spent.customer_key
where
    statistics.customer_key is null
    or trends.customer_key is null
    or trends.month_count <> statistics.spend_month_count
    or trends.recent_net_amount + trends.prior_net_amount <> coalesce(spent.net_amount, 0)
