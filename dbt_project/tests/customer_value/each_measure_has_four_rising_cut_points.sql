-- Claim: r, f and m have four cut points each, none below the one before, or none at all where
-- nobody has bought. Fails on each measure that lacks some and on each cut point that falls.
with
cut_points as (
    select
        measure,
        quantile_percent,
        cut_value,
        lag(cut_value) over (partition by measure order by quantile_percent) as previous_value
    from {{ ref('rfm_cut_point') }}
),

measures as (
    select 'r' as measure
    union all
    select 'f' as measure
    union all
    select 'm' as measure
),

buyers as (
    select count(*) as buyer_count
    from {{ ref('int_customers_rfm_measured') }}
    where not is_test_customer
)

select
    measures.measure,
    count(cut_points.cut_value) as cut_point_count,
    sum(case when cut_points.cut_value < cut_points.previous_value then 1 else 0 end) as falls
from measures
cross join buyers
left join cut_points on measures.measure = cut_points.measure
group by measures.measure, buyers.buyer_count
having
    count(cut_points.cut_value) <> case when buyers.buyer_count > 0 then 4 else 0 end
    or sum(case when cut_points.cut_value < cut_points.previous_value then 1 else 0 end) > 0
