-- One row per customer and category it bought from (all history), the unknown member, test accounts and
-- goods without a category included, so that the shares of a category add up to 1.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- "unknown" where the catalogue names no category, as with customers that nobody is known for.
orders as (
    select
        customer_key,
        coalesce(category, 'unknown') as category,
        case when not is_credit_note then order_key end as order_key,
        min(case when not is_credit_note then purchase_date end) as purchase_date,
        sum(quantity - returned_quantity) as kept_quantity,
        sum(net_amount) as net_amount
    from {{ ref('int_goods_lines_priced') }}
    group by
        customer_key,
        coalesce(category, 'unknown'),
        case when not is_credit_note then order_key end
),

bought as (
    select
        customer_key,
        category,
        count(order_key) as order_count,
        min(purchase_date) as first_purchase_date,
        max(purchase_date) as last_purchase_date,
        sum(kept_quantity) as kept_quantity,
        sum(net_amount) as net_amount
    from orders
    group by customer_key, category
),

totals as (
    select
        category,
        sum(kept_quantity) as kept_quantity
    from bought
    group by category
)

select
    bought.customer_key,
    run_context.as_of_date,
    bought.category,
    cast(bought.order_count as bigint) as order_count,
    bought.first_purchase_date,
    bought.last_purchase_date,
    cast(bought.kept_quantity as decimal(18, 4)) as kept_quantity,
    cast(bought.net_amount as decimal(18, 4)) as net_amount,
    case
        when totals.kept_quantity > 0
            then cast(bought.kept_quantity as double) / cast(totals.kept_quantity as double)
    end as demand_contribution_rate,
    case when totals.kept_quantity <= 0 then 'as much of the category came back as was sold' end
        as demand_contribution_reason,
    run_context.currency_code
from bought
inner join totals on bought.category = totals.category
cross join run_context
