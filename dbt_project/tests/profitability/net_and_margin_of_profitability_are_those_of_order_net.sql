-- Claim: net and gross margin of all customers add up to the order lines exactly, the margin of lines
-- without a known cost being the assumed one, and assumed_margin_amount is that part of it. Lines of
-- a customer of whose goods no cost is known or assumed have no margin to add. Fails with the sums
-- that differ.
with
order_lines as (
    select
        lines.net_amount,
        lines.margin_amount,
        case
            when lines.margin_amount is null
                then cast(lines.net_amount * run_context.assumed_margin_rate as decimal(18, 4))
        end as assumed_margin_amount,
        profits.gross_margin_amount is not null as has_margin
    from {{ ref('fct_order_net') }} as lines
    cross join {{ source('raw', 'run_context') }} as run_context
    left join {{ ref('customer_profitability') }} as profits
        on lines.customer_key = profits.customer_key
),

lines_summed as (
    select
        coalesce(sum(net_amount), 0) as net_amount,
        coalesce(sum(case when has_margin then margin_amount end), 0) as known_margin_amount,
        coalesce(sum(assumed_margin_amount), 0) as assumed_margin_amount
    from order_lines
),

profits_summed as (
    select
        coalesce(sum(net_amount), 0) as net_amount,
        coalesce(sum(gross_margin_amount), 0) as gross_margin_amount,
        coalesce(sum(assumed_margin_amount), 0) as assumed_margin_amount
    from {{ ref('customer_profitability') }}
)

select
    lines_summed.net_amount as net_of_lines,
    profits_summed.net_amount as net_of_customers,
    lines_summed.known_margin_amount as known_margin_of_lines,
    profits_summed.gross_margin_amount as margin_of_customers,
    lines_summed.assumed_margin_amount as assumed_margin_of_lines,
    profits_summed.assumed_margin_amount as assumed_margin_of_customers
from lines_summed
cross join profits_summed
where
    lines_summed.net_amount <> profits_summed.net_amount
    or lines_summed.assumed_margin_amount <> profits_summed.assumed_margin_amount
    or lines_summed.known_margin_amount + lines_summed.assumed_margin_amount
    <> profits_summed.gross_margin_amount
