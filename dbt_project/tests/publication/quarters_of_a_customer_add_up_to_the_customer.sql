-- Claim: over the quarters of its timeline a customer has the orders and the net amount of seg_customer.
-- Fails on each customer with both.
with
timelines as (
    select
        customer_key,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount
    from {{ ref('seg_customer_timeline') }}
    group by customer_key
)

select
    customers.customer_key,
    customers.order_count,
    timelines.order_count as timeline_order_count,
    customers.net_amount,
    timelines.net_amount as timeline_net_amount
from {{ ref('seg_customer') }} as customers
full outer join timelines on customers.customer_key = timelines.customer_key
where
    coalesce(customers.customer_kind, 'nobody') <> 'unknown'
    and (
        coalesce(customers.order_count, 0) <> coalesce(timelines.order_count, 0)
        or coalesce(customers.net_amount, 0) <> coalesce(timelines.net_amount, 0)
    )
