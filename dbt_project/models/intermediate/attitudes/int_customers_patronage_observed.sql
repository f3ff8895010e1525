-- One row per customer of dim_customer but the unknown member (customer_key): what loyalty shows in
-- purchases, as raw figures, each with the reason where it is not known. Who has not bought has a known
-- zero of purchases, where the firm delivers purchases at all.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as integer) as window_days
    from {{ ref('loyalty_rules') }}
    where rule = 'loyalty_window_days'
),

occasions as (
    select
        occasions.customer_key,
        {{ dbt.datediff('occasions.purchase_date', 'run_context.as_of_date', 'day') }} as days_ago
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join run_context
),

delivered as (
    select count(*) > 0 as has_purchases from occasions
),

-- Quarters of 91 days, counted back from the as-of date.
purchases as (
    select
        occasions.customer_key,
        count(case when occasions.days_ago < rules.window_days then 1 end) as frequency,
        count(distinct case
            when occasions.days_ago < 4 * 91 then floor(occasions.days_ago / 91)
        end) as active_quarters
    from occasions
    cross join rules
    group by occasions.customer_key
),

-- Over the categories whose spend with all sellers is told.
wallets as (
    select
        customer_key,
        cast(sum(own_amount) as double) / nullif(cast(sum(wallet_amount) as double), 0)
            as wallet_share
    from {{ ref('wallet_share') }}
    where spend_share_rate is not null
    group by customer_key
),

-- Over the kinds of shock that tempt or drive away; holidays make everybody buy more.
shocks as (
    select
        customer_key,
        cast(sum(cast(stability_rate as decimal(9, 6))) as double) / count(*) as shock_stability
    from {{ ref('shock_stability') }}
    where shock_kind <> 'holiday' and stability_rate is not null
    group by customer_key
),

joined as (
    select
        customers.customer_key as known_customer_key,
        delivered.has_purchases,
        case when delivered.has_purchases then coalesce(purchases.frequency, 0) end as frequency,
        case when delivered.has_purchases then coalesce(purchases.active_quarters, 0) end
            as active_quarters,
        statistics.t_days as tenure,
        wallets.wallet_share,
        shocks.shock_stability,
        prices.*
    from {{ ref('dim_customer') }} as customers
    cross join delivered
    left join purchases on customers.customer_key = purchases.customer_key
    left join {{ ref('customer_cbs') }} as statistics
        on customers.customer_key = statistics.customer_key
    left join wallets on customers.customer_key = wallets.customer_key
    left join shocks on customers.customer_key = shocks.customer_key
    left join {{ ref('price_behaviour') }} as prices
        on customers.customer_key = prices.customer_key
    where customers.customer_kind <> 'unknown'
)

select
    known_customer_key as customer_key,
    frequency,
    case when not has_purchases then 'no purchases are delivered' end as frequency_reason,
    active_quarters,
    case when not has_purchases then 'no purchases are delivered' end as active_quarters_reason,
    tenure,
    case when customer_key is null then 'the customer has not bought' end as tenure_reason,
    wallet_share,
    case when wallet_share is null then 'no category has a known share of spend; see wallet_share' end
        as wallet_share_reason,
    promotion_share_rate as full_price,
    case
        when customer_key is null then 'the customer has not bought' else promotion_share_reason
    end as full_price_reason,
    price_tolerance_ratio as price_tolerance,
    case
        when customer_key is null then 'the customer has not bought' else price_tolerance_reason
    end as price_tolerance_reason,
    premium_tier_share_rate as premium_share,
    case
        when customer_key is null then 'the customer has not bought' else premium_tier_reason
    end as premium_share_reason,
    shock_stability,
    case when shock_stability is null then 'no kind of shock can be judged; see shock_stability' end
        as shock_stability_reason
from joined
