-- One row per order of a known customer with goods of a known price tier: the tier it bought at, as the
-- mean place of its units, and that of the customer's first such order.
with
orders as (
    select
        order_key,
        min(customer_key) as customer_key,
        min(ordered_at) as ordered_at,
        cast(
            cast(sum(tier_rank * quantity) as double) / cast(sum(quantity) as double)
            as decimal(9, 6)
        ) as mean_tier_rank
    from {{ ref('int_goods_lines_priced') }}
    where
        not is_unknown_customer and not is_credit_note and quantity > 0 and tier_rank is not null
    group by order_key
)

select
    order_key,
    customer_key,
    mean_tier_rank,
    row_number() over (partition by customer_key order by ordered_at, order_key) as order_number,
    first_value(mean_tier_rank) over (partition by customer_key order by ordered_at, order_key)
        as first_tier_rank
from orders
