-- One row per group of customers (recovery_group), at the as-of date: of those whose first complaint was
-- handled fast, slowly or not at all within recovery_window_days, and of purchases like theirs that
-- brought no complaint, how many were followed by another purchase in that time (E7).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rated as (
    select
        *,
        {{ share_of_counts('repurchased', 'n') }} as repurchase_rate,
        sum(start_count + young_count) over () > 0 as is_delivered
    from {{ ref('int_recovery_groups_rated') }}
),

compared as (
    select
        rated.*,
        slow.repurchased as slow_repurchased,
        slow.n as slow_n,
        slow.repurchase_rate as slow_rate,
        matched.repurchased as matched_repurchased,
        matched.n as matched_n,
        matched.repurchase_rate as matched_rate
    from rated
    left join rated as slow
        on rated.recovery_group = 'fast' and slow.recovery_group = 'slow'
    left join rated as matched
        on rated.recovery_group <> 'no_complaint' and matched.recovery_group = 'no_complaint'
)

select
    compared.recovery_group,
    run_context.as_of_date,
    cast(case when compared.is_delivered then compared.start_count end as bigint) as start_count,
    cast(case when compared.is_delivered then compared.customer_count end as bigint) as customer_count,
    cast(case when compared.is_delivered then compared.young_count end as bigint) as young_count,
    cast(case when compared.is_delivered then compared.repurchased_count end as bigint) as repurchased_count,
    case when compared.is_delivered then round(compared.n, 6) end as effective_count,
    round(compared.repurchase_rate, 12) as repurchase_rate,
    {{ wilson_low('compared.repurchased', 'compared.n') }} as repurchase_rate_lo,
    {{ wilson_high('compared.repurchased', 'compared.n') }} as repurchase_rate_hi,
    case
        when not compared.is_delivered then 'no complaint of a buyer is delivered'
        when compared.n > 0 then null
        when compared.recovery_group = 'no_complaint' then 'no customer matches those who complained'
        else 'no complaint of the group is old enough'
    end as repurchase_reason,
    round(compared.repurchase_rate - compared.slow_rate, 12) as slow_difference,
    {{ difference_low(
        'compared.repurchased', 'compared.n', 'compared.slow_repurchased', 'compared.slow_n'
    ) }} as slow_difference_lo,
    {{ difference_high(
        'compared.repurchased', 'compared.n', 'compared.slow_repurchased', 'compared.slow_n'
    ) }} as slow_difference_hi,
    round(compared.repurchase_rate - compared.matched_rate, 12) as matched_difference,
    {{ difference_low(
        'compared.repurchased', 'compared.n', 'compared.matched_repurchased', 'compared.matched_n'
    ) }} as matched_difference_lo,
    {{ difference_high(
        'compared.repurchased', 'compared.n', 'compared.matched_repurchased', 'compared.matched_n'
    ) }} as matched_difference_hi,
    case
        when not compared.is_delivered then 'no complaint of a buyer is delivered'
        when compared.recovery_group = 'no_complaint' then 'what the others are compared with'
        when compared.n = 0 then 'no complaint of the group is old enough'
        when coalesce(compared.matched_n, 0) = 0 then 'no customer matches those who complained'
        when compared.recovery_group <> 'fast' then 'slow: only fast is compared with slow'
        when coalesce(compared.slow_n, 0) = 0 then 'slow: nobody was answered slowly'
    end as difference_reason
from compared
cross join run_context
