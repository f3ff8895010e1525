-- Claim: the bins of each measure and the customers of whom it is not known are all base customers, and
-- the sum of total_value is that of seg_segment. Fails on each measure with both sides.
with
base as (
    select count(*) as customer_count
    from {{ ref('dim_customer') }}
    where not is_test and customer_kind <> 'unknown'
),

segments as (
    select sum(total_amount) as total_amount
    from {{ ref('seg_segment') }}
    where scheme = 'lifecycle'
),

measures as (
    select
        measure,
        sum(customer_count) + max(unknown_count) as customer_count,
        sum(amount) as amount
    from {{ ref('seg_value_distribution') }}
    group by measure
)

select
    measures.*,
    base.customer_count as base_count,
    segments.total_amount
from measures
cross join base
cross join segments
where
    measures.customer_count <> base.customer_count
    or (measures.measure = 'total_value' and measures.amount <> coalesce(segments.total_amount, 0))
