-- One row per product sold or given back, at the as-of date: how much of what was sold came back, in units
-- and in money, by order. Goods without a product id stand under the key unknown.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

summed as (
    select
        coalesce(product_key, 'unknown') as product_key,
        max(product_id) as product_id,
        max(category) as category,
        sum(quantity) as sold_quantity,
        sum(case when are_returns_delivered then quantity end) as known_quantity,
        sum(case when are_returns_delivered then returned_quantity end) as returned_quantity,
        sum(gross_amount) as sold_amount,
        sum(case when are_returns_delivered then gross_amount end) as known_amount,
        sum(case when are_returns_delivered then returned_amount end) as returned_amount
    from {{ ref('int_goods_lines_priced') }}
    group by coalesce(product_key, 'unknown')
)

select
    summed.product_key,
    run_context.as_of_date,
    summed.product_id,
    summed.category,
    cast(summed.sold_quantity as decimal(18, 4)) as sold_quantity,
    cast(summed.returned_quantity as decimal(18, 4)) as returned_quantity,
    case
        when summed.known_quantity > 0
            then cast(summed.returned_quantity as double) / cast(summed.known_quantity as double)
    end as returned_unit_rate,
    cast(summed.sold_amount as decimal(18, 4)) as sold_amount,
    cast(summed.returned_amount as decimal(18, 4)) as returned_amount,
    case
        when summed.known_amount > 0
            then cast(summed.returned_amount as double) / cast(summed.known_amount as double)
    end as returned_amount_rate,
    case
        when summed.known_quantity is null then 'no returns are delivered'
        when summed.known_quantity <= 0 then 'nothing was sold'
        when summed.known_amount <= 0 then 'what was sold was free of charge'
    end as return_reason,
    run_context.currency_code
from summed
cross join run_context
