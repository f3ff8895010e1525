-- One row per loyalty KPI and variant over the base: the favourite brand's share of what customers buy
-- of a category (D3) and our share of their wallets (D4, D5). Test customers are left out.
with
rules as (
    select
        max(case when rule = 'loyalty_window_days' then value end) as window_days,
        max(case when rule = 'brand_min_occasions' then value end) as min_occasions
    from {{ ref('loyalty_rules') }}
),

favourites as (
    select
        brands.*,
        brands.is_favourite_brand and brands.category_occasion_count >= rules.min_occasions
            as is_known
    from {{ ref('brand_loyalty') }} as brands
    cross join rules
    where brands.brand_rank = 1
),

wallets as (
    select * from {{ ref('wallet_share') }}
),

parts as (
    select
        'brand_loyalty' as kpi,
        'mean' as variant,
        'customer categories' as counted_unit,
        customer_key,
        is_known,
        cast(brand_share_rate as decimal(18, 9)) as numerator,
        1 as denominator
    from favourites
    union all
    select
        'brand_loyalty' as kpi,
        'weighted_by_purchases' as variant,
        'brand purchases' as counted_unit,
        customer_key,
        is_known,
        occasion_count as numerator,
        category_occasion_count as denominator
    from favourites
    union all
    select
        'wallet_share' as kpi,
        'mean' as variant,
        'customer categories' as counted_unit,
        customer_key,
        spend_share_rate is not null as is_known,
        cast(spend_share_rate as decimal(18, 9)) as numerator,
        1 as denominator
    from wallets
    union all
    select
        'wallet_share' as kpi,
        'mean_by_rank' as variant,
        'customer categories' as counted_unit,
        customer_key,
        wallet_share_method in ('rank of wallet', 'rank of survey') as is_known,
        cast(rank_share_rate as decimal(18, 9)) as numerator,
        1 as denominator
    from wallets
    union all
    select
        'wallet_share' as kpi,
        'weighted_by_spend' as variant,
        'reporting currency' as counted_unit,
        customer_key,
        spend_share_rate is not null as is_known,
        own_amount as numerator,
        wallet_amount as denominator
    from wallets
)

select
    parts.kpi,
    parts.variant,
    parts.counted_unit,
    cast(max(rules.window_days) as bigint) as window_days,
    cast(coalesce(sum(case when parts.is_known then parts.numerator end), 0) as decimal(24, 6))
        as numerator,
    cast(coalesce(sum(case when parts.is_known then parts.denominator end), 0) as decimal(24, 6))
        as denominator,
    count(distinct case when parts.is_known then parts.customer_key end) as covered_customer_count,
    count(distinct parts.customer_key) as customer_count
from parts
cross join rules
inner join {{ ref('dim_customer') }} as customers on parts.customer_key = customers.customer_key
where not customers.is_test
group by parts.kpi, parts.variant, parts.counted_unit
