-- One row per known customer and category it ever bought from, and one per customer over all of them
-- (category 'all categories'): what its orders of the last loyalty_window_days tell of why it comes.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

ledgers as (  -- the same for every order
    select max(redemption_reason) as redemption_reason from {{ ref('int_orders_placed') }}
),

sold as (
    select
        priced.*,
        case when levels.is_all then 'all categories' else coalesce(priced.category, 'unknown') end
            as bought_category,
        {{ dbt.datediff('priced.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.value as is_recent
    from {{ ref('int_goods_lines_priced') }} as priced
    cross join run_context
    cross join {{ ref('loyalty_rules') }} as rules
    cross join (values (true), (false)) as levels (is_all)
    where
        rules.rule = 'loyalty_window_days'
        and not priced.is_unknown_customer and not priced.is_credit_note and priced.quantity > 0
),

orders as (
    select
        customer_key,
        bought_category as category,
        order_key,
        min(purchase_date) as purchase_date,
        bool_or(is_recent) as is_recent,
        sum(net_amount) as net_amount,
        sum(case when is_promoted_or_discounted then net_amount else 0 end) as promoted_net_amount,
        sum(case when is_promoted_or_discounted is not null then net_amount end)
            as promotion_known_net_amount
    from sold
    group by customer_key, bought_category, order_key
),

placed as (
    select
        orders.*,
        places.store_id,
        places.is_place_known,
        places.is_redeeming
    from orders
    inner join {{ ref('int_orders_placed') }} as places on orders.order_key = places.order_key
),

-- Few days have a second order: they are counted at a third of the cost of distinct days.
repeats as (
    select
        customer_key,
        category,
        sum(order_count - 1) as repeat_count
    from (
        select
            customer_key,
            category,
            count(*) as order_count
        from placed
        where is_recent
        group by customer_key, category, purchase_date
        having count(*) > 1
    ) as busy_days
    group by customer_key, category
),

ranked_stores as (
    select
        customer_key,
        category,
        store_id,
        count(*) as order_count,
        row_number() over (
            partition by customer_key, category order by count(*) desc, store_id asc
        ) as store_rank
    from placed
    where is_recent and store_id is not null
    group by customer_key, category, store_id
),

summed as (
    select
        customer_key,
        category,
        min(purchase_date) as first_purchase_date,
        cast(sum(net_amount) as decimal(18, 4)) as history_net_amount,
        cast(coalesce(sum(case when is_recent then net_amount end), 0) as decimal(18, 4))
            as net_amount,
        count(case when is_recent then 1 end) as order_count,
        cast(sum(case when is_recent then promoted_net_amount end) as decimal(18, 4))
            as promoted_net_amount,
        cast(sum(case when is_recent then promotion_known_net_amount end) as decimal(18, 4))
            as promotion_known_net_amount,
        count(case when is_recent and is_place_known then 1 end) as placed_order_count,
        count(case when is_recent and is_redeeming then 1 end) as redeeming_order_count
    from placed
    group by customer_key, category
)

select
    summed.*,
    cast(summed.order_count - coalesce(repeats.repeat_count, 0) as bigint) as occasion_count,
    ranked_stores.store_id as top_store_id,
    coalesce(ranked_stores.order_count, 0) as top_store_order_count,
    ledgers.redemption_reason
from summed
cross join ledgers
left join repeats
    on summed.customer_key = repeats.customer_key and summed.category = repeats.category
left join ranked_stores
    on
        summed.customer_key = ranked_stores.customer_key
        and summed.category = ranked_stores.category
        and ranked_stores.store_rank = 1
