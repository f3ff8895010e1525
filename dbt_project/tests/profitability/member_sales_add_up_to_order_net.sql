-- Claim: the net sales of each day are those of its order lines, exactly, every day with an order
-- is there, and what was sold with a card was sold to members. Fails on each day that differs.
with
order_days as (
    select
        purchase_date as sales_date,
        sum(net_amount) as net_amount
    from {{ ref('fct_order_net') }}
    group by purchase_date
)

select
    coalesce(order_days.sales_date, member_sales.sales_date) as sales_date,
    order_days.net_amount as of_lines,
    member_sales.net_amount as of_days
from order_days
full outer join {{ ref('member_sales') }} as member_sales
    on order_days.sales_date = member_sales.sales_date
where
    coalesce(order_days.net_amount <> member_sales.net_amount, true)
    or (member_sales.member_net_amount is null) <> (member_sales.carded_net_amount is null)
    or (member_sales.member_sales_rate is null) <> (member_sales.member_sales_reason is not null)
    or member_sales.member_order_count > member_sales.order_count
