-- Claim: what the clustering counted is what the warehouse places, all with a purchase, testers left out. A
-- failing row shows the two counts.
with
counted as (
    select max(case when status = 'fitted' then customer_count else 0 end) as customer_count
    from {{ ref('statistical_segment_run') }}
),

placed as (
    select sum(customer_count) as customer_count
    from {{ ref('statistical_segment') }}
    where segment <> 'not_clustered'
)

select
    counted.customer_count,
    placed.customer_count as placed_count
from counted
cross join placed
where coalesce(placed.customer_count, 0) <> counted.customer_count
