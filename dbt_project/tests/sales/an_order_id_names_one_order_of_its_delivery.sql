-- Claim: within a delivering source an order id is of one order, whatever system took it; lines and
-- returns name their order by it alone. Fails on each id that two orders carry.
select
    delivered_by,
    order_id,
    count(*) as order_count
from {{ ref('int_orders_unioned') }}
group by delivered_by, order_id
having count(*) > 1
