-- One row per segment with a purchase old enough to be judged: purchases before a price rise and
-- without one, and how many of each were repeated. Test accounts are left out.
with
repriced as (
    select
        purchases.*,
        scores.rfm_group
    from {{ ref('int_purchases_repriced') }} as purchases
    left join {{ ref('rfm_score') }} as scores on purchases.customer_key = scores.customer_key
    where not purchases.is_test_customer
),

segmented as (
    select
        'all' as segment_kind,
        'all' as segment,
        is_after_rise,
        is_repeated
    from repriced
    union all
    select
        'category' as segment_kind,
        category as segment,
        is_after_rise,
        is_repeated
    from repriced
    union all
    select
        'rfm_group' as segment_kind,
        rfm_group as segment,
        is_after_rise,
        is_repeated
    from repriced
)

select
    segment_kind,
    segment,
    sum(case when is_after_rise then 1 else 0 end) as risen_count,
    sum(case when is_after_rise and is_repeated then 1 else 0 end) as risen_repeat_count,
    sum(case when is_after_rise then 0 else 1 end) as steady_count,
    sum(case when not is_after_rise and is_repeated then 1 else 0 end) as steady_repeat_count
from segmented
where segment is not null
group by segment_kind, segment
