-- Claim: a pair of categories has the same count of both in either order, no more than either
-- category alone has, and the counts of customers are those of customer_category. Fails on each pair
-- for which one of these does not hold.
with
buyers as (
    select
        bought.category,
        count(*) as customer_count
    from {{ ref('customer_category') }} as bought
    inner join {{ ref('dim_customer') }} as customers
        on bought.customer_key = customers.customer_key
    where
        bought.order_count > 0 and not customers.is_test and customers.customer_kind <> 'unknown'
    group by bought.category
)

select
    pairs.basis,
    pairs.category,
    pairs.attached_category,
    pairs.both_count,
    mirrored.both_count as mirrored_count
from {{ ref('product_affinity') }} as pairs
left join {{ ref('product_affinity') }} as mirrored
    on
        pairs.basis = mirrored.basis
        and pairs.category = mirrored.attached_category
        and pairs.attached_category = mirrored.category
left join buyers on pairs.category = buyers.category
where
    mirrored.both_count is null
    or pairs.both_count <> mirrored.both_count
    or pairs.both_count > least(pairs.category_count, pairs.attached_category_count)
    or (pairs.basis = 'customer' and pairs.category_count > coalesce(buyers.customer_count, 0))
