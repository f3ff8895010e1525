-- Claim: per day and currency of the orders, what was sold and cancelled in fct_order_net is what
-- the sales extracts say, to the cent. Computed from raw by another way than the models.
-- Fails on each day and currency with a difference.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

{{ raw_orders(source('sales', 'sales_orders')) }},

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

-- Single lines are needed where a line may have come again.
lines_looked_at as (
    select lines.*
    from {{ source('sales', 'sales_order_lines') }} as lines
    inner join lines_again on lines.order_id = lines_again.order_id
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
        order_id,
        amount
    from raw_lines
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
        sum(fct.local_cancelled_amount) as cancelled_amount
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
    in_marts.cancelled_amount
from sold
full outer join in_marts
    on
        sold.purchase_date = in_marts.purchase_date
        and sold.currency_code = in_marts.currency_code
where
    sold.purchase_date is null
    or in_marts.purchase_date is null
    or abs(sold.gross_amount - in_marts.gross_amount) >= 0.01
    or abs(sold.cancelled_amount - in_marts.cancelled_amount) >= 0.01
