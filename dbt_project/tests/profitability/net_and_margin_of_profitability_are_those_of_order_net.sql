-- Claim: net and gross margin of all customers add up to the order lines exactly. Lines of a
-- customer of whose goods no cost is known have no margin to add. Fails with both sums of what
-- differs.
with
order_lines as (
    select
        coalesce(sum(lines.net_amount), 0) as net_amount,
        coalesce(sum(
            case when profits.gross_margin_amount is not null then lines.margin_amount end
        ), 0) as gross_margin_amount
    from {{ ref('fct_order_net') }} as lines
    left join {{ ref('customer_profitability') }} as profits
        on lines.customer_key = profits.customer_key
),

profits as (
    select
        coalesce(sum(net_amount), 0) as net_amount,
        coalesce(sum(gross_margin_amount), 0) as gross_margin_amount
    from {{ ref('customer_profitability') }}
)

select
    order_lines.net_amount as net_of_lines,
    profits.net_amount as net_of_customers,
    order_lines.gross_margin_amount as margin_of_lines,
    profits.gross_margin_amount as margin_of_customers
from order_lines
cross join profits
where
    order_lines.net_amount <> profits.net_amount
    or order_lines.gross_margin_amount <> profits.gross_margin_amount
