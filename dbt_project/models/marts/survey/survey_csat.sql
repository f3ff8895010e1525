-- One row per survey, question, wave and segment, at the as-of date: the share of satisfied answers
-- (top two of five points) with Wilson's interval, and the mean. Wave 'current' over all surveys
-- counts each customer once, by the latest answer of the last answer_valid_days; its row of everybody
-- is there without any answer.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

answers as (
    select * from {{ ref('int_survey_answers_segmented') }}
    where kind = 'csat'
),

grouped as (
    select
        survey_id,
        question_code,
        wave,
        segment_kind,
        segment,
        score,
        scale_min,
        scale_max,
        answer_index,
        is_satisfied,
        is_dissatisfied
    from answers
    union all
    select
        'all surveys' as survey_id,
        'all questions' as question_code,
        'current' as wave,
        segment_kind,
        segment,
        score,
        scale_min,
        scale_max,
        answer_index,
        is_satisfied,
        is_dissatisfied
    from answers
    where is_latest_of_customer
    union all
    select
        'all surveys' as survey_id,
        'all questions' as question_code,
        'current' as wave,
        'all' as segment_kind,
        'all' as segment,
        null as score,
        null as scale_min,
        null as scale_max,
        null as answer_index,
        null as is_satisfied,
        null as is_dissatisfied
),

counted as (
    select
        survey_id,
        question_code,
        wave,
        segment_kind,
        segment,
        count(answer_index) as n,
        count(case when is_satisfied then 1 end) as satisfied,
        count(case when is_dissatisfied then 1 end) as dissatisfied,
        sum(answer_index) as index_sum,
        sum(score) as score_sum,
        min(scale_min) as scale_min,
        max(scale_max) as scale_max,
        min(scale_min) = max(scale_min) and min(scale_max) = max(scale_max) as has_one_scale
    from grouped
    group by survey_id, question_code, wave, segment_kind, segment
)

select
    counted.survey_id || '/' || counted.question_code || '/' || counted.wave || '/'
    || counted.segment_kind || '/' || counted.segment as survey_csat_key,
    run_context.as_of_date,
    counted.survey_id,
    counted.question_code,
    counted.wave,
    counted.segment_kind,
    counted.segment,
    cast(counted.n as bigint) as answer_count,
    cast(counted.satisfied as bigint) as satisfied_count,
    cast(counted.dissatisfied as bigint) as dissatisfied_count,
    cast(counted.satisfied as double) / nullif(counted.n, 0) as csat_rate,
    {{ wilson_low('counted.satisfied', 'counted.n') }} as csat_rate_lo,
    {{ wilson_high('counted.satisfied', 'counted.n') }} as csat_rate_hi,
    case when counted.n = 0 then 'no customer has a valid answer in the last answer_valid_days' end
        as csat_reason,
    cast(counted.index_sum as double) / nullif(counted.n, 0) as mean_index,
    case
        when counted.has_one_scale then cast(counted.score_sum as double) / nullif(counted.n, 0)
    end as mean_score,
    case
        when counted.n = 0 then 'no customer has a valid answer in the last answer_valid_days'
        when not counted.has_one_scale then 'asked on several scales; see mean_index'
    end as mean_score_reason,
    counted.scale_min,
    counted.scale_max
from counted
cross join run_context
