-- One row per scored customer, change and cut point (customer_key, change, quantile_percent): each single
-- change of a customer's recency, frequency or amount that passes a stored cut point, how large it is, and
-- the RFM group it leads to. One row has the smallest move of a cut point that leads into another group.
with
cut_points as (
    {{ rfm_cut_points_scored() }}
),

measured as (
    select
        scores.*,
        cut_points.*,
        case cut_points.measure
            when 'r' then cast(-scores.days_since_last_order as decimal(18, 4))
            when 'f' then cast(scores.occasion_count as decimal(18, 4))
            else scores.net_amount
        end as own_value
    from {{ ref('rfm_score') }} as scores
    cross join cut_points
),

-- Each cut point is passed by a fall to it, or by a rise above it: a whole day or purchase, or the
-- smallest amount that is kept.
crossings as (
    select
        *,
        own_value > cut_value as is_fall,
        abs(own_value - cut_value)
        + case when own_value > cut_value then 0 when measure = 'm' then 0.0001 else 1 end as distance,
        case when own_value > cut_value then score_at else score_above end as new_score
    from measured
),

-- A purchase today: no day since, one occasion and at least a cent more.
purchases as (
    select
        scores.customer_key,
        scores.rfm_group,
        cast(1 as double) / scores.occasion_count as size_share,
        1 + count(case when cuts.measure = 'r' and cuts.cut_value < 0 then 1 end) as r_score,
        1 + count(case when cuts.measure = 'f' and cuts.cut_value < scores.occasion_count + 1 then 1 end)
            as f_score,
        1 + count(case when cuts.measure = 'm' and cuts.cut_value < scores.net_amount + 0.01 then 1 end)
            as m_score
    from {{ ref('rfm_score') }} as scores
    cross join {{ ref('rfm_cut_point') }} as cuts
    group by scores.customer_key, scores.rfm_group, scores.occasion_count
),

-- What no customer does alone happens when a cut point moves.
changes as (
    select
        customer_key,
        rfm_group,
        case when measure = 'r' and is_fall then 'no purchase' else 'cut point' end as change,
        quantile_percent,
        distance,
        cast(distance as double) / cut_size as size_share,
        case when measure = 'r' then new_score else r_score end as r_score,
        case when measure = 'f' then new_score else f_score end as f_score,
        case when measure = 'm' then new_score else m_score end as m_score
    from crossings
    union all
    select
        customer_key,
        rfm_group,
        'purchase' as change,
        0 as quantile_percent,
        1 as distance,
        size_share,
        r_score,
        f_score,
        m_score
    from purchases
    union all
    select
        crossings.customer_key,
        crossings.rfm_group,
        'large purchase' as change,
        crossings.quantile_percent,
        crossings.distance,
        greatest(purchases.size_share, cast(crossings.distance as double) / crossings.cut_size) as size_share,
        purchases.r_score,
        purchases.f_score,
        crossings.new_score as m_score
    from crossings
    inner join purchases on crossings.customer_key = purchases.customer_key
    where crossings.measure = 'm' and not crossings.is_fall and crossings.distance > 0.01
),

grouped as (
    select
        changes.customer_key,
        changes.change,
        changes.quantile_percent,
        changes.rfm_group,
        rfm_groups.rfm_group as target_group,
        cast(changes.distance as decimal(18, 4)) as distance,
        changes.size_share
    from changes
    inner join {{ ref('rfm_groups') }} as rfm_groups
        on changes.r_score = rfm_groups.r_score
            and cast(floor(cast(changes.f_score + changes.m_score + 1 as double) / 2) as integer) = rfm_groups.fm_score
)

select * from grouped
where change <> 'cut point'
union all
select
    customer_key,
    change,
    0 as quantile_percent,
    rfm_group,
    null as target_group,
    null as distance,
    min(size_share) as size_share
from grouped
where change = 'cut point' and target_group <> rfm_group
group by customer_key, change, rfm_group
