-- Claim: price_behaviour has the customers of customer_cbs and no other, each share lies beneath the
-- share of either, and what is null says why. Fails on each customer for whom one does not hold.
select
    coalesce(statistics.customer_key, prices.customer_key) as customer_key,
    prices.promo_share_rate,
    prices.discount_share_rate,
    prices.promotion_share_rate
from {{ ref('customer_cbs') }} as statistics
full outer join {{ ref('price_behaviour') }} as prices
    on statistics.customer_key = prices.customer_key
where
    statistics.customer_key is null
    or prices.customer_key is null
    or (prices.price_premium_rate is null) <> (prices.price_premium_reason is not null)
    or (prices.promo_share_rate is null) <> (prices.promo_share_reason is not null)
    or (prices.discount_share_rate is null) <> (prices.discount_share_reason is not null)
    or (prices.promotion_share_rate is null) <> (prices.promotion_share_reason is not null)
    or (prices.premium_tier_share_rate is null) <> (prices.premium_tier_reason is not null)
    or (prices.price_tolerance_ratio is null) <> (prices.price_tolerance_reason is not null)
