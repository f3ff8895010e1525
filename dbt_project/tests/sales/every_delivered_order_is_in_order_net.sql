-- Claim: each order of the extracts up to the as-of date has rows in fct_order_net, and no row is of
-- another order. Fails on each order that stands on one side only.
with
fact_orders as (
    select distinct order_key from {{ ref('fct_order_net') }}
)

select
    orders.source_system,
    orders.order_id,
    fact_orders.order_key
from {{ ref('int_orders_unioned') }} as orders
full outer join fact_orders
    on {{ surrogate_key(['orders.source_system', 'orders.order_id']) }} = fact_orders.order_key
where
    orders.order_id is null
    or fact_orders.order_key is null
