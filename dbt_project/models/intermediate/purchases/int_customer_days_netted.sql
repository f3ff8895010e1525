-- One row per known customer or guest and business day with valid orders, credit notes included.
with
orders as (
    select * from {{ ref('int_orders_netted') }}
),

customers as (
    select * from {{ ref('dim_customer') }}
),

customer_days as (
    select
        customer_key,
        purchase_date,
        sum(case when is_purchase then 1 else 0 end) as order_count,
        sum(net_amount) as net_amount
    from orders
    where is_valid_order
    group by customer_key, purchase_date
)

select
    customer_days.customer_key,
    customer_days.purchase_date,
    customers.is_test as is_test_customer,
    cast(customer_days.order_count as bigint) as order_count,
    cast(customer_days.net_amount as decimal(18, 4)) as net_amount,
    customer_days.order_count > 0 and customer_days.net_amount >= 0 as is_occasion
from customer_days
inner join customers on customer_days.customer_key = customers.customer_key
where customers.customer_kind <> 'unknown'
