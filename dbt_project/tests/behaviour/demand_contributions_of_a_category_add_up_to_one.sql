-- Claim: over all customers, the unknown member included, the demand contributions of a category add
-- up to 1, to the rounding of doubles. Fails with the sum of each category that does not.
select
    category,
    sum(demand_contribution_rate) as contribution_sum
from {{ ref('customer_category') }}
where demand_contribution_reason is null
group by category
having
    abs(sum(demand_contribution_rate) - 1)
    > 1e-9 * greatest(1, sum(abs(demand_contribution_rate)))
    or count(demand_contribution_rate) < count(*)
