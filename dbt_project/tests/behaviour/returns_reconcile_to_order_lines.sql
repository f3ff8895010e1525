-- Claim: units and amounts sold and returned are the same over customers, over products and over the
-- lines of goods of valid orders, where sources deliver returns. Fails with all three when they differ.
with
lines as (
    select
        coalesce(sum(lines.quantity), 0) as sold_quantity,
        coalesce(sum(lines.gross_amount), 0) as sold_amount,
        coalesce(sum(case when priced.are_returns_delivered then lines.returned_quantity end), 0)
            as returned_quantity,
        coalesce(sum(case when priced.are_returns_delivered then lines.returned_amount end), 0)
            as returned_amount
    from {{ ref('fct_order_net') }} as lines
    left join {{ ref('int_goods_lines_priced') }} as priced
        on lines.order_key = priced.order_key and lines.line_no = priced.line_no
    where lines.is_product_line and lines.is_valid_order
),

customers as (
    select
        coalesce(sum(sold_quantity), 0) as sold_quantity,
        coalesce(sum(sold_amount), 0) as sold_amount,
        coalesce(sum(returned_quantity), 0) as returned_quantity,
        coalesce(sum(returned_amount), 0) as returned_amount
    from {{ ref('customer_return') }}
),

products as (
    select
        coalesce(sum(sold_quantity), 0) as sold_quantity,
        coalesce(sum(sold_amount), 0) as sold_amount,
        coalesce(sum(returned_quantity), 0) as returned_quantity,
        coalesce(sum(returned_amount), 0) as returned_amount
    from {{ ref('product_return') }}
)

select
    lines.returned_amount as in_lines,
    customers.returned_amount as in_customers,
    products.returned_amount as in_products
from lines
cross join customers
cross join products
where
{% for measure in ['sold_quantity', 'sold_amount', 'returned_quantity', 'returned_amount'] %}
    lines.{{ measure }} <> customers.{{ measure }}
    or lines.{{ measure }} <> products.{{ measure }}
    {{ 'or' if not loop.last }}
{% endfor %}
