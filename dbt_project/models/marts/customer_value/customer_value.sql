-- One row per customer of dim_customer, the unknown member included, at the as-of date: what the
-- customer has brought so far. Amounts keep the four decimals of the lines, so that any grouping
-- of customers ties to fct_order_net exactly; rounding each customer to cents would not.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

customers as (
    select * from {{ ref('dim_customer') }}
),

summed as (
    select
        customer_key,
        sum(case when is_purchase then 1 else 0 end) as order_count,
        sum(gross_amount) as gross_amount,
        sum(cancelled_amount) as cancelled_amount,
        sum(returned_amount) as returned_amount,
        sum(excluded_amount) as excluded_amount,
        sum(net_amount) as net_amount,
        sum(cogs_amount) as cogs_amount,
        sum(gross_margin_amount) as gross_margin_amount,
        sum(uncosted_net_amount) as uncosted_net_amount,
        sum(uncosted_line_count) as uncosted_line_count,
        sum(costed_line_count) as costed_line_count
    from {{ ref('int_orders_netted') }}
    group by customer_key
),

-- A customer without orders has brought nothing: that zero is known, not missing. Margin is missing
-- where there are goods and the cost of none is known; a discount line alone makes no margin.
valued as (
    select
        customers.customer_key,
        coalesce(summed.order_count, 0) as order_count,
        coalesce(summed.gross_amount, 0) as gross_amount,
        coalesce(summed.cancelled_amount, 0) as cancelled_amount,
        coalesce(summed.returned_amount, 0) as returned_amount,
        coalesce(summed.excluded_amount, 0) as excluded_amount,
        coalesce(summed.net_amount, 0) as net_amount,
        coalesce(summed.uncosted_net_amount, 0) as uncosted_net_amount,
        coalesce(summed.cogs_amount, 0) as cogs_amount,
        coalesce(summed.gross_margin_amount, 0) as gross_margin_amount,
        coalesce(summed.uncosted_line_count, 0) > 0 as has_uncosted_lines,
        coalesce(summed.uncosted_line_count, 0) > 0 and summed.costed_line_count = 0
            as is_without_costs
    from customers
    left join summed on customers.customer_key = summed.customer_key
)

select
    valued.customer_key,
    run_context.as_of_date,
    cast(valued.order_count as bigint) as order_count,
    cast(valued.gross_amount as decimal(18, 4)) as gross_amount,
    cast(valued.cancelled_amount as decimal(18, 4)) as cancelled_amount,
    cast(valued.returned_amount as decimal(18, 4)) as returned_amount,
    cast(valued.excluded_amount as decimal(18, 4)) as excluded_amount,
    cast(valued.net_amount as decimal(18, 4)) as net_amount,
    cast(
        cast(valued.net_amount as double) / nullif(valued.order_count, 0) as decimal(18, 4)
    ) as average_order_value_amount,
    case when not valued.is_without_costs then cast(valued.cogs_amount as decimal(18, 4)) end
        as cogs_amount,
    case
        when not valued.is_without_costs then cast(valued.gross_margin_amount as decimal(18, 4))
    end as gross_margin_amount,
    cast(valued.uncosted_net_amount as decimal(18, 4)) as uncosted_net_amount,
    case
        when valued.is_without_costs then 'no line has a known cost'
        when valued.has_uncosted_lines
            then 'lines without a known cost are left out; see uncosted_net_amount'
    end as gross_margin_reason,
    case
        when not valued.is_without_costs then cast(valued.gross_margin_amount as decimal(18, 4))
    end as established_amount,
    case
        when valued.is_without_costs then 'no line has a known cost'
        else 'gross margin only: cost to serve, cost savings and influence are not yet included'
    end as established_reason,
    run_context.currency_code
from valued
cross join run_context
