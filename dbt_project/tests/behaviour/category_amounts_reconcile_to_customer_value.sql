-- Claim: over its categories each customer's net amount is that of its goods in customer_value, which
-- may hold discounts given on the invoice beside them. Fails on each customer that differs.
with
by_category as (
    select
        customer_key,
        sum(net_amount) as net_amount
    from {{ ref('customer_category') }}
    group by customer_key
),

beside_goods as (
    select
        customer_key,
        sum(case when is_product_line and is_valid_order then 0 else net_amount end) as net_amount
    from {{ ref('fct_order_net') }}
    group by customer_key
)

select
    customer_values.customer_key,
    customer_values.net_amount,
    by_category.net_amount as in_categories,
    beside_goods.net_amount as beside_goods_amount
from {{ ref('customer_value') }} as customer_values
left join by_category on customer_values.customer_key = by_category.customer_key
left join beside_goods on customer_values.customer_key = beside_goods.customer_key
where
    customer_values.net_amount
    <> coalesce(by_category.net_amount, 0) + coalesce(beside_goods.net_amount, 0)
