-- One row per purchase occasion: a customer's business day with a purchase whose net is not
-- negative. What frequency, intervals, survival and lifecycle count.
with
occasions as (
    select * from {{ ref('int_customer_days_netted') }}
    where is_occasion
),

numbered as (
    select
        customer_key,
        purchase_date,
        is_test_customer,
        order_count,
        net_amount,
        row_number() over (partition by customer_key order by purchase_date) as occasion_number,
        min(purchase_date) over (partition by customer_key) as first_purchase_date,
        lag(purchase_date) over (partition by customer_key order by purchase_date)
            as previous_purchase_date,
        lead(purchase_date) over (partition by customer_key order by purchase_date)
            as next_purchase_date
    from occasions
)

select
    customer_key,
    purchase_date,
    is_test_customer,
    order_count,
    net_amount,
    cast(occasion_number as bigint) as occasion_number,
    first_purchase_date,
    previous_purchase_date,
    next_purchase_date,
    cast({{ dbt.datediff('previous_purchase_date', 'purchase_date', 'day') }} as bigint)
        as interval_days
from numbered
