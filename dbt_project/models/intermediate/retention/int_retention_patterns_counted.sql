-- One row per survey, wave, segment and pattern of satisfaction, perceived value and switching cost
-- (to a tenth of a point): how many customers stayed and left. What the retention model is fitted on;
-- its size is that of the patterns, not of the base. Waves pooled count each customer once.
with
observed as (
    select
        *,
        cast(satisfaction_index as decimal(5, 1)) as satisfaction,
        cast(perceived_value_index as decimal(5, 1)) as perceived_value,
        cast(switching_cost_index as decimal(5, 1)) as switching_cost
    from {{ ref('int_retention_answers_observed') }}
),

waves as (
    select
        survey_id,
        wave,
        region,
        satisfaction,
        perceived_value,
        switching_cost,
        is_retained
    from observed
    union all
    select
        'all surveys' as survey_id,
        'all waves' as wave,
        region,
        satisfaction,
        perceived_value,
        switching_cost,
        is_retained
    from observed
    where is_latest_of_customer
),

segmented as (
    select
        *,
        'all' as segment_kind,
        'all' as segment
    from waves
    union all
    select
        *,
        'region' as segment_kind,
        region as segment
    from waves
)

select
    survey_id || '/' || wave || '/' || segment_kind || '/' || segment || '/'
    || coalesce(cast(satisfaction as string), '-') || '/'
    || coalesce(cast(perceived_value as string), '-') || '/'
    || coalesce(cast(switching_cost as string), '-') as pattern_key,
    survey_id,
    wave,
    segment_kind,
    segment,
    satisfaction,
    perceived_value,
    switching_cost,
    cast(sum(case when is_retained then 1 else 0 end) as bigint) as retained_count,
    cast(sum(case when is_retained then 0 else 1 end) as bigint) as lost_count
from segmented
group by
    survey_id, wave, segment_kind, segment, satisfaction, perceived_value, switching_cost
