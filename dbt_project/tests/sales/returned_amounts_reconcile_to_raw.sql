-- Claim: per day and currency of the orders, what was returned in fct_order_net is what the sales
-- extracts say, to the cent. Computed from raw by another way than the models. Fails on each day and
-- currency with a difference.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
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

-- Few orders have a return: only these are looked at.
orders_returned as (
    select distinct order_id from {{ source('sales', 'sales_returns') }}
),

orders_looked_at as (
    select orders.*
    from {{ source('sales', 'sales_orders') }} as orders
    inner join orders_returned on orders.order_id = orders_returned.order_id
),

{{ raw_orders('orders_looked_at') }},

lines_looked_at as (
    select lines.*
    from {{ source('sales', 'sales_order_lines') }} as lines
    inner join orders_returned on lines.order_id = orders_returned.order_id
),

lines_again as (
    select
        order_id,
        line_no,
        count(*) as row_count
    from lines_looked_at
    group by order_id, line_no
    having count(*) > 1
),

ranked_lines as (
    {{ versions_ranked(
        'lines_looked_at', 'lines_again', key=['order_id', 'line_no'],
        joined_by=['order_id', 'line_no'], columns=['qty', 'unit_price', 'list_price', 'discount', 'op'],
    ) }}
),

raw_lines as (
    select
        *,
        coalesce(qty * coalesce(unit_price, list_price) - coalesce(discount, 0), 0) as amount
    from ranked_lines
    where version_rank = 1 and op <> 'D'
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

in_marts as (
    select
        fct.purchase_date,
        fct.local_currency_code as currency_code,
        sum(fct.local_returned_amount) as returned_amount
    from {{ ref('fct_order_net') }} as fct
    left join {{ ref('int_orders_keyed') }} as others
        on fct.order_key = others.order_key and others.delivered_by <> 'sales'
    where fct.local_returned_amount <> 0 and others.order_key is null and not fct.has_no_lines
    group by fct.purchase_date, fct.local_currency_code
)

select
    coalesce(given_back.purchase_date, in_marts.purchase_date) as purchase_date,
    coalesce(given_back.currency_code, in_marts.currency_code) as currency_code,
    given_back.returned_amount as raw_returned_amount,
    in_marts.returned_amount
from given_back
full outer join in_marts
    on
        given_back.purchase_date = in_marts.purchase_date
        and given_back.currency_code = in_marts.currency_code
-- Raw amounts are divided as doubles: a whole cent may come out a hair short of one.
where
    round(abs(coalesce(given_back.returned_amount, 0) - coalesce(in_marts.returned_amount, 0)), 6) >= 0.01
