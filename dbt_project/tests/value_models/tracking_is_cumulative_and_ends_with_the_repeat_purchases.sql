-- Claim: cumulative repeat purchases are the sums of the weekly ones, and the actual ones of whole
-- weeks are those that were counted. Fails on each scope where they differ.
with
tracked as (
    select
        scope,
        max(week_number) as last_week_number,
        sum(actual_repeat_purchases) as actual_repeat_purchases,
        max(cumulative_actual_repeat_purchases) as cumulative_actual_repeat_purchases
    from {{ ref('purchase_tracking') }}
    group by scope
),

counted as (
    select
        tracked.scope,
        sum(weekly.repeat_purchase_count) as repeat_purchase_count
    from tracked
    inner join {{ ref('int_repeat_purchases_weekly') }} as weekly
        on tracked.scope = weekly.scope and tracked.last_week_number >= weekly.week_number
    group by tracked.scope
)

select tracked.scope
from tracked
left join counted on tracked.scope = counted.scope
where
    tracked.actual_repeat_purchases <> tracked.cumulative_actual_repeat_purchases
    or tracked.actual_repeat_purchases <> coalesce(counted.repeat_purchase_count, 0)
