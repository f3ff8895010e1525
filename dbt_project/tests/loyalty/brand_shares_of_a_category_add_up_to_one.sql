-- Claim: the known brands of a customer's category share all of its purchases and exactly one of them
-- is the favourite. Fails on each customer and category with a rest, or with no or two favourites.
select
    customer_key,
    category,
    sum(case when brand_share_reason is null then occasion_count else 0 end) as occasion_count,
    max(category_occasion_count) as category_occasion_count,
    sum(cast(brand_share_rate as decimal(18, 9))) as brand_share_rate,
    sum(case when is_favourite_brand then 1 else 0 end) as favourite_count
from {{ ref('brand_loyalty') }}
group by customer_key, category
having
    sum(case when brand_share_reason is null then occasion_count else 0 end)
    <> max(category_occasion_count)
    or abs(coalesce(sum(cast(brand_share_rate as decimal(18, 9))), 1) - 1) > 0.000001
    or sum(case when is_favourite_brand then 1 else 0 end)
    <> case when max(category_occasion_count) > 0 then 1 else 0 end
