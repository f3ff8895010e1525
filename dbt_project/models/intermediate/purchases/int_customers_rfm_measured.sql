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

days_in_window as (
    select
        customer_days.*,
        {{ dbt.datediff('customer_days.purchase_date', 'run_context.as_of_date', 'day') }}
            as age_days
    from {{ ref('int_customer_days_netted') }} as customer_days
    cross join run_context
    cross join rules
    where
        rules.rfm_window_days is null
        or {{ dbt.datediff('customer_days.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.rfm_window_days
),

measured as (
    select
        customer_key,
        bool_or(is_test_customer) as is_test_customer,
        min(case when is_occasion then age_days end) as days_since_last_order,
        sum(case when is_occasion then 1 else 0 end) as occasion_count,
        sum(net_amount) as net_amount
    from days_in_window
    group by customer_key
)

select
    customer_key,
    is_test_customer,
    cast(days_since_last_order as bigint) as days_since_last_order,
    cast(occasion_count as bigint) as occasion_count,
    cast(net_amount as decimal(18, 4)) as net_amount
from measured
where occasion_count > 0
