-- Claim: the returns that count, dated by themselves (fct_return), are those taken off their orders
-- (fct_order_net), order by order, to the last decimal. Fails on each order with a difference.
with
by_event as (
    select
        order_key,
        sum(returned_amount) as returned_amount,
        sum(returned_quantity) as returned_quantity
    from {{ ref('fct_return') }}
    where is_counted
    group by order_key
),

-- most lines add nothing to their order
by_order as (
    select
        order_key,
        sum(returned_amount) as returned_amount,
        sum(returned_quantity) as returned_quantity
    from {{ ref('fct_order_net') }}
    where returned_amount <> 0 or returned_quantity <> 0
    group by order_key
)

select
    coalesce(by_order.order_key, by_event.order_key) as order_key,
    by_event.returned_amount as event_amount,
    by_order.returned_amount as order_amount
from by_order
full outer join by_event on by_order.order_key = by_event.order_key
where
    coalesce(by_event.returned_amount, 0) <> coalesce(by_order.returned_amount, 0)
    or coalesce(by_event.returned_quantity, 0) <> coalesce(by_order.returned_quantity, 0)
