-- One row per customer of dim_customer, the unknown member included (customer_key): what was sold,
-- cancelled, returned and excluded to date, and net sales of the running fiscal period.
with
orders as (
    select * from {{ ref('int_customers_orders_summed') }}
    union all
    select * from {{ ref('int_unknown_orders_summed') }}
),

running as (
    select
        netted.customer_key,
        sum(netted.net_amount) as net_amount
    from {{ ref('int_orders_netted') }} as netted
    cross join {{ ref('int_fiscal_period_dated') }} as period
    where netted.purchase_date >= period.start_date
    group by netted.customer_key
)

-- A customer without orders has brought nothing: that zero is known, not missing.
select
    customers.customer_key,
    cast(coalesce(orders.gross_amount, 0) as decimal(18, 4)) as gross_amount,
    cast(coalesce(orders.cancelled_amount, 0) as decimal(18, 4)) as cancelled_amount,
    cast(coalesce(orders.returned_amount, 0) as decimal(18, 4)) as returned_amount,
    cast(coalesce(orders.excluded_amount, 0) as decimal(18, 4)) as excluded_amount,
    cast(coalesce(running.net_amount, 0) as decimal(18, 4)) as fiscal_period_net_amount
from {{ ref('dim_customer') }} as customers
left join orders on customers.customer_key = orders.customer_key
left join running on customers.customer_key = running.customer_key
