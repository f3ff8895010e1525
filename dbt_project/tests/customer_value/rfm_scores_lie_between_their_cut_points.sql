-- Claim: a score s means a value above cut point s - 1 and not above cut point s, of the cut version
-- that the score names. Fails on each score outside its bin.
with
long_scores as (
    select
        customer_key,
        cut_version,
        'r' as measure,
        r_score as score,
        cast(-days_since_last_order as decimal(18, 4)) as measure_value
    from {{ ref('rfm_score') }}
    union all
    select
        customer_key,
        cut_version,
        'f' as measure,
        f_score as score,
        cast(occasion_count as decimal(18, 4)) as measure_value
    from {{ ref('rfm_score') }}
    union all
    select
        customer_key,
        cut_version,
        'm' as measure,
        m_score as score,
        net_amount as measure_value
    from {{ ref('rfm_score') }}
),

lower_cuts as (
    select
        cut_version,
        measure,
        quantile_percent / 20 + 1 as score,
        cut_value
    from {{ ref('rfm_cut_point') }}
),

upper_cuts as (
    select
        cut_version,
        measure,
        quantile_percent / 20 as score,
        cut_value
    from {{ ref('rfm_cut_point') }}
)

select
    long_scores.*,
    lower_cuts.cut_value as above,
    upper_cuts.cut_value as up_to
from long_scores
left join lower_cuts
    on long_scores.cut_version = lower_cuts.cut_version
        and long_scores.measure = lower_cuts.measure
        and long_scores.score = lower_cuts.score
left join upper_cuts
    on long_scores.cut_version = upper_cuts.cut_version
        and long_scores.measure = upper_cuts.measure
        and long_scores.score = upper_cuts.score
where
    (
        long_scores.score > 1
        and (lower_cuts.cut_value is null or long_scores.measure_value <= lower_cuts.cut_value)
    )
    or (
        long_scores.score < 5
        and (upper_cuts.cut_value is null or long_scores.measure_value > upper_cuts.cut_value)
    )
