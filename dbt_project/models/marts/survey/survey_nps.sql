-- One row per survey, question, wave and segment, at the as-of date: the Net Promoter Score with its
-- standard error and interval. Wave 'current' over all surveys counts each customer once, by the
-- latest answer of the last answer_valid_days; its row of everybody is there without any answer.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(max(case when rule = 'minimum_answers' then value end) as integer) as minimum_answers
    from {{ ref('survey_rules') }}
),

answers as (
    select * from {{ ref('int_survey_answers_segmented') }}
    where kind = 'nps'
),

grouped as (
    select
        survey_id,
        question_code,
        wave,
        segment_kind,
        segment,
        nps_class
    from answers
    union all
    select
        'all surveys' as survey_id,
        'all questions' as question_code,
        'current' as wave,
        segment_kind,
        segment,
        nps_class
    from answers
    where is_latest_of_customer
    union all
    select
        'all surveys' as survey_id,
        'all questions' as question_code,
        'current' as wave,
        'all' as segment_kind,
        'all' as segment,
        null as nps_class
),

counted as (
    select
        survey_id,
        question_code,
        wave,
        segment_kind,
        segment,
        count(nps_class) as n,
        count(case when nps_class = 'promoter' then 1 end) as promoters,
        count(case when nps_class = 'passive' then 1 end) as passives,
        count(case when nps_class = 'detractor' then 1 end) as detractors
    from grouped
    group by survey_id, question_code, wave, segment_kind, segment
),

scored as (
    select
        *,
        100 * cast(promoters - detractors as double) / nullif(n, 0) as nps,
        {{ nps_standard_error('promoters', 'detractors', 'n') }} as nps_se,
        case when n = 0 then 'no customer has a valid answer in the last answer_valid_days' end
            as nps_reason
    from counted
)

select
    scored.survey_id || '/' || scored.question_code || '/' || scored.wave || '/'
    || scored.segment_kind || '/' || scored.segment as survey_nps_key,
    run_context.as_of_date,
    scored.survey_id,
    scored.question_code,
    scored.wave,
    scored.segment_kind,
    scored.segment,
    cast(scored.n as bigint) as answer_count,
    cast(scored.promoters as bigint) as promoter_count,
    cast(scored.passives as bigint) as passive_count,
    cast(scored.detractors as bigint) as detractor_count,
    scored.nps,
    scored.nps_reason,
    scored.nps_se,
    case
        when scored.n >= rules.minimum_answers
            then greatest(-100e0, round(scored.nps - 1.959963984540054 * scored.nps_se, 10))
    end as nps_lo,
    case
        when scored.n >= rules.minimum_answers
            then least(100e0, round(scored.nps + 1.959963984540054 * scored.nps_se, 10))
    end as nps_hi,
    case
        when scored.n = 0 then scored.nps_reason
        when scored.n < rules.minimum_answers
            then
                'fewer than ' || cast(rules.minimum_answers as string)
                || ' answers: the normal approximation does not hold; see the promoters'' interval'
    end as nps_interval_reason,
    cast(scored.promoters as double) / nullif(scored.n, 0) as promoter_rate,
    {{ wilson_low('scored.promoters', 'scored.n') }} as promoter_rate_lo,
    {{ wilson_high('scored.promoters', 'scored.n') }} as promoter_rate_hi
from scored
cross join run_context
cross join rules
