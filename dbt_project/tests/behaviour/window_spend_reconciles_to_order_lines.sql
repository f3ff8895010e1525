-- Claim: what the customers of price_behaviour spent on goods in the window is what their order lines
-- say, exactly. Fails with both sums of each customer that differs.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select value as window_days
    from {{ ref('behaviour_rules') }}
    where rule = 'price_window_days'
),

spent as (
    select
        lines.customer_key,
        sum(lines.net_amount) as net_amount
    from {{ ref('fct_order_net') }} as lines
    cross join run_context
    cross join rules
    where
        lines.is_product_line
        and lines.is_valid_order
        and not lines.is_credit_note
        and lines.quantity > 0
        and {{ dbt.datediff('lines.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.window_days
    group by lines.customer_key
)

select
    prices.customer_key,
    prices.window_net_amount,
    spent.net_amount
from {{ ref('price_behaviour') }} as prices
left join spent on prices.customer_key = spent.customer_key
where prices.window_net_amount <> coalesce(spent.net_amount, 0)
