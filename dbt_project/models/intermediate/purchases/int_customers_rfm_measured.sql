-- One row per customer with a purchase occasion inside the RFM window (all history unless
-- seed rfm_rules sets rfm_window_days), with the three measures that are scored.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'rfm_window_days' then value end) as rfm_window_days
    from {{ ref('rfm_rules') }}
),

of_all_history as (
    select
        purchases.customer_key,
        purchases.is_test_customer,
        purchases.last_purchase_date,
        purchases.occasion_count,
        purchases.net_amount
    from {{ ref('int_customers_purchases_counted') }} as purchases
    inner join rules on rules.rfm_window_days is null
),

of_window as (
    select
        customer_days.customer_key,
        bool_or(customer_days.is_test_customer) as is_test_customer,
        max(case when customer_days.is_occasion then customer_days.purchase_date end)
            as last_purchase_date,
        sum(case when customer_days.is_occasion then 1 else 0 end) as occasion_count,
        sum(customer_days.net_amount) as net_amount
    from {{ ref('int_customer_days_netted') }} as customer_days
    cross join run_context
    cross join rules
    where
        {{ dbt.datediff('customer_days.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.rfm_window_days
    group by customer_days.customer_key
),

measured as (
    select * from of_all_history
    union all
    select * from of_window
    where occasion_count > 0
)

select
    measured.customer_key,
    measured.is_test_customer,
    cast(
        {{ dbt.datediff('measured.last_purchase_date', 'run_context.as_of_date', 'day') }} as bigint
    ) as days_since_last_order,
    cast(measured.occasion_count as bigint) as occasion_count,
    cast(measured.net_amount as decimal(18, 4)) as net_amount
from measured
cross join run_context
