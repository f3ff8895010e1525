-- One row per customer, category and brand bought in the window: the brand's share of the customer's
-- purchases of the category (D3). A purchase is an order; an order with two brands counts once for
-- each, and the denominator is the sum over brands, so that the shares of a category add up to 1.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'loyalty_window_days' then value end) as window_days
    from {{ ref('loyalty_rules') }}
),

orders as (
    select
        priced.customer_key,
        coalesce(priced.category, 'unknown') as category,
        coalesce(priced.brand, 'unknown') as brand,
        priced.order_key,
        sum(priced.net_amount) as net_amount,
        bool_or(wallets.total_occasion_count is not null) as is_told
    from {{ ref('int_goods_lines_priced') }} as priced
    cross join run_context
    cross join rules
    left join {{ ref('int_wallets_matched') }} as wallets
        on
            priced.customer_key = wallets.customer_key and priced.category = wallets.category
            and cast({{ dbt.date_trunc('month', 'priced.purchase_date') }} as date)
            = wallets.month_start_date
    where
        not priced.is_unknown_customer and not priced.is_credit_note and priced.quantity > 0
        and {{ dbt.datediff('priced.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.window_days
    group by
        priced.customer_key,
        coalesce(priced.category, 'unknown'),
        coalesce(priced.brand, 'unknown'),
        priced.order_key
),

brands as (
    select
        customer_key,
        category,
        brand,
        category <> 'unknown' and brand <> 'unknown' as is_known,
        count(*) as occasion_count,
        count(case when is_told then 1 end) as told_occasion_count,
        cast(sum(net_amount) as decimal(18, 4)) as net_amount
    from orders
    group by customer_key, category, brand
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_key, category
            order by is_known desc, occasion_count desc, net_amount desc, brand asc
        ) as brand_rank,
        sum(case when is_known then occasion_count else 0 end) over (
            partition by customer_key, category
        ) as known_occasion_count,
        sum(occasion_count) over (partition by customer_key, category) as all_occasion_count,
        sum(told_occasion_count) over (partition by customer_key, category)
            as all_told_occasion_count
    from brands
),

-- Purchases told: those with us stand in both counts, so only what lies above ours is elsewhere.
wallets as (
    select
        customer_key,
        category,
        sum(total_occasion_count - own_order_count) as elsewhere_count,
        max(method_rank) as method_rank
    from {{ ref('int_wallets_matched') }}
    where total_occasion_count is not null
    group by customer_key, category
)

select
    ranked.customer_key,
    run_context.as_of_date,
    ranked.category,
    ranked.brand,
    cast(ranked.occasion_count as bigint) as occasion_count,
    cast(ranked.net_amount as decimal(18, 4)) as net_amount,
    cast(ranked.known_occasion_count as bigint) as category_occasion_count,
    case
        when ranked.is_known
            then cast(ranked.occasion_count as double) / ranked.known_occasion_count
    end as brand_share_rate,
    case
        when ranked.category = 'unknown' then 'the catalogue names no category'
        when ranked.brand = 'unknown' then 'the catalogue names no brand'
    end as brand_share_reason,
    cast(ranked.known_occasion_count as double) / ranked.all_occasion_count as coverage_rate,
    cast(ranked.brand_rank as bigint) as brand_rank,
    ranked.brand_rank = 1 and ranked.is_known as is_favourite_brand,
    cast(ranked.told_occasion_count as bigint) as told_occasion_count,
    cast(wallets.elsewhere_count as bigint) as elsewhere_occasion_count,
    case
        when wallets.elsewhere_count >= 0 and ranked.is_known
            then
                cast(ranked.told_occasion_count as double)
                / nullif(ranked.all_told_occasion_count + wallets.elsewhere_count, 0)
    end as requirements_share_rate,
    {{ wallet_method('wallets.method_rank') }} as requirements_method,
    case
        when not ranked.is_known then 'the catalogue names no category or no brand'
        when wallets.customer_key is null then 'nobody told the purchases with other sellers'
        when wallets.elsewhere_count < 0 then 'fewer purchases are told than were made with us'
        when ranked.all_told_occasion_count + wallets.elsewhere_count = 0
            then 'no purchase in the months that are told'
    end as requirements_reason
from ranked
cross join run_context
left join wallets
    on ranked.customer_key = wallets.customer_key and ranked.category = wallets.category
