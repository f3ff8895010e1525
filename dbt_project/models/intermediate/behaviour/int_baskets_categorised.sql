-- One row per basis, basket and category in it: a basket is an order, or all that a known customer has
-- ever bought. Goods without a known category and test accounts are left out.
select distinct
    'order' as basis,
    order_key as basket_key,
    category
from {{ ref('int_goods_lines_priced') }}
where category is not null and not is_credit_note and quantity > 0 and not is_test_customer
union all
select distinct
    'customer' as basis,
    customer_key as basket_key,
    category
from {{ ref('int_goods_lines_priced') }}
where
    category is not null and not is_credit_note and quantity > 0 and not is_test_customer
    and not is_unknown_customer
