-- One row per valid order of goods in the last offer_window_days with a known discount (order_key): what
-- was taken off, as a share of the price before.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'offer_window_days' then value end) as window_days
    from {{ ref('activation_rules') }}
),

orders as (
    select
        net.order_key,
        net.customer_key,
        keyed.delivered_by,
        keyed.order_id,
        net.line_no
    from {{ ref('fct_order_net') }} as net
    cross join run_context
    cross join rules
    inner join {{ ref('int_orders_keyed') }} as keyed on net.order_key = keyed.order_key
    where
        net.is_valid_order
        and net.is_product_line
        and not net.is_credit_note
        and net.purchase_date
        > {{ dbt.dateadd('day', '-1 * rules.window_days', 'run_context.as_of_date') }}
),

summed as (
    select
        orders.order_key,
        orders.customer_key,
        sum(lines.discount) as discount_amount,
        sum({{ line_amount('lines.quantity', 'lines.unit_price', 'lines.list_price', '0') }})
            as price_amount
    from orders
    inner join {{ ref('int_order_lines_unioned') }} as lines
        on
            orders.delivered_by = lines.delivered_by
            and orders.order_id = lines.order_id
            and orders.line_no = lines.line_no
    where lines.discount is not null
    group by orders.order_key, orders.customer_key
)

select
    order_key,
    customer_key,
    cast(discount_amount as decimal(18, 4)) as discount_amount,
    cast(price_amount as decimal(18, 4)) as price_amount
from summed
where price_amount > 0
