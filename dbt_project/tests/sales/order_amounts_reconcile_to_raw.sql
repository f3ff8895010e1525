-- Claim: per day and currency of the orders, what was sold, cancelled and returned in fct_order_net
-- is what the sales extracts say, to the cent. Computed from raw by another way than the models.
-- Fails on each day and currency with a difference.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- Most orders and lines come once, and finding those that came again costs far less than a window
-- over all.
orders_again as (
    select
        source_system,
        order_id,
        count(*) as row_count
    from {{ source('sales', 'sales_orders') }}
    group by source_system, order_id
    having count(*) > 1
),

ranked_orders as (
    {{ versions_ranked(
        source('sales', 'sales_orders'), 'orders_again', key=['source_system', 'order_id'],
        joined_by=['source_system', 'order_id'],
        columns=['ordered_at', 'currency', 'status', 'cancelled_at', 'op'],
    ) }}
),

raw_orders as (
    select
        ranked_orders.order_id,
        {{ business_date('ranked_orders.ordered_at', 'run_context.business_time_zone') }}
            as purchase_date,
        coalesce(ranked_orders.currency, run_context.currency_code) as currency_code,
        coalesce(ranked_orders.status in ('cancelled', 'failed'), ranked_orders.cancelled_at is not null)
            as is_cancelled
    from ranked_orders
    cross join run_context
    where
        ranked_orders.version_rank = 1
        and ranked_orders.op <> 'D'
        and ranked_orders.ordered_at < run_context.as_of_end_at
),

summed_orders as (
    select
        order_id,
        count(*) as row_count,
        {{ numbers_differ('line_no') }} as came_once,
        sum(case
            when op <> 'D'
                then coalesce(qty * coalesce(unit_price, list_price) - coalesce(discount, 0), 0)
        end) as amount
    from {{ source('sales', 'sales_order_lines') }}
    group by order_id
),

lines_again as (
    select
        order_id,
        row_count
    from summed_orders
    where not came_once
),

-- Single lines are needed where a line may have come again, and where one was returned.
orders_looked_at as (
    select order_id from lines_again
    union
    select order_id from {{ source('sales', 'sales_returns') }}
),

lines_looked_at as (
    select lines.*
    from {{ source('sales', 'sales_order_lines') }} as lines
    inner join orders_looked_at on lines.order_id = orders_looked_at.order_id
),

ranked_lines as (
    {{ versions_ranked(
        'lines_looked_at', 'lines_again', key=['order_id', 'line_no'], joined_by=['order_id'],
        columns=['qty', 'unit_price', 'list_price', 'discount', 'op'],
    ) }}
),

raw_lines as (
    select
        order_id,
        line_no,
        qty,
        coalesce(qty * coalesce(unit_price, list_price) - coalesce(discount, 0), 0) as amount
    from ranked_lines
    where version_rank = 1 and op <> 'D'
),

order_amounts as (
    select
        order_id,
        amount
    from summed_orders
    where came_once and amount is not null
    union all
    select
        raw_lines.order_id,
        raw_lines.amount
    from raw_lines
    inner join lines_again on raw_lines.order_id = lines_again.order_id
),

sold as (
    select
        raw_orders.purchase_date,
        raw_orders.currency_code,
        sum(order_amounts.amount) as gross_amount,
        sum(case when raw_orders.is_cancelled then order_amounts.amount else 0 end)
            as cancelled_amount
    from raw_orders
    inner join order_amounts on raw_orders.order_id = order_amounts.order_id
    group by raw_orders.purchase_date, raw_orders.currency_code
),

returns_again as (
    select
        return_line_id,
        count(*) as row_count
    from {{ source('sales', 'sales_returns') }}
    group by return_line_id
    having count(*) > 1
),

ranked_returns as (
    {{ versions_ranked(
        source('sales', 'sales_returns'), 'returns_again', key=['return_line_id'],
        joined_by=['return_line_id'], columns=['order_id', 'line_no', 'returned_at', 'qty', 'amount', 'op'],
    ) }}
),

given_back as (
    select
        raw_orders.purchase_date,
        raw_orders.currency_code,
        sum(coalesce(
            ranked_returns.amount,
            ranked_returns.qty * raw_lines.amount / nullif(raw_lines.qty, 0),
            0
        )) as returned_amount
    from ranked_returns
    cross join run_context
    inner join raw_orders on ranked_returns.order_id = raw_orders.order_id
    inner join raw_lines
        on
            ranked_returns.order_id = raw_lines.order_id
            and ranked_returns.line_no = raw_lines.line_no
    where
        ranked_returns.version_rank = 1
        and ranked_returns.op <> 'D'
        and ranked_returns.returned_at < run_context.as_of_end_at
        and not raw_orders.is_cancelled
    group by raw_orders.purchase_date, raw_orders.currency_code
),

delivered_by_others as (
    select order_key
    from {{ ref('int_orders_keyed') }}
    where delivered_by <> 'sales'
),

in_marts as (
    select
        fct.purchase_date,
        fct.local_currency_code as currency_code,
        sum(fct.local_gross_amount) as gross_amount,
        sum(fct.local_cancelled_amount) as cancelled_amount,
        sum(fct.local_returned_amount) as returned_amount
    from {{ ref('fct_order_net') }} as fct
    left join delivered_by_others on fct.order_key = delivered_by_others.order_key
    where
        delivered_by_others.order_key is null
        and not fct.has_no_lines
    group by fct.purchase_date, fct.local_currency_code
)

select
    coalesce(sold.purchase_date, in_marts.purchase_date) as purchase_date,
    coalesce(sold.currency_code, in_marts.currency_code) as currency_code,
    sold.gross_amount as raw_gross_amount,
    in_marts.gross_amount,
    sold.cancelled_amount as raw_cancelled_amount,
    in_marts.cancelled_amount,
    given_back.returned_amount as raw_returned_amount,
    in_marts.returned_amount
from sold
full outer join in_marts
    on
        sold.purchase_date = in_marts.purchase_date
        and sold.currency_code = in_marts.currency_code
left join given_back
    on
        sold.purchase_date = given_back.purchase_date
        and sold.currency_code = given_back.currency_code
where
    sold.purchase_date is null
    or in_marts.purchase_date is null
    or abs(sold.gross_amount - in_marts.gross_amount) >= 0.01
    or abs(sold.cancelled_amount - in_marts.cancelled_amount) >= 0.01
    or abs(coalesce(given_back.returned_amount, 0) - in_marts.returned_amount) >= 0.01
