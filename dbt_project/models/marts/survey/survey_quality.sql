-- One row per survey, wave and question, at the as-of date: how far its answers speak for the base.
-- Weighed by post-stratification: each region and activity counts with its customers instead of its
-- answers. Without any survey there is one row that says so.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(max(case when rule = 'minimum_answers' then value end) as integer) as minimum_answers
    from {{ ref('survey_rules') }}
),

bases as (
    select
        survey_id,
        wave,
        sum(customer_count) as base_count
    from {{ ref('int_survey_strata_counted') }}
    group by survey_id, wave
),

totals as (
    select
        answers.survey_id,
        answers.wave,
        answers.question_code,
        sum(answers.answer_count) as n,
        sum(case when strata.customer_count > 0 then answers.answer_count else 0 end) as base_n,
        sum(case when strata.customer_count > 0 then answers.score_sum end) as base_score_sum,
        sum(strata.customer_count) as reached_count,
        sum(cast(
            strata.customer_count * cast(answers.score_sum as double) / answers.answer_count
            as decimal(28, 6)
        )) as weighed_sum,
        sum(cast(
            cast(strata.customer_count as double) * strata.customer_count / answers.answer_count
            as decimal(28, 6)
        )) as squared_weights
    from {{ ref('int_survey_strata_answered') }} as answers
    left join {{ ref('int_survey_strata_counted') }} as strata
        on
            answers.survey_id = strata.survey_id
            and answers.wave = strata.wave
            and answers.region = strata.region
            and answers.activity = strata.activity
    group by answers.survey_id, answers.wave, answers.question_code
),

measured as (
    select
        asked.*,
        coalesce(bases.base_count, 0) as base_count,
        coalesce(totals.n, 0) as n,
        coalesce(totals.base_n, 0) as base_n,
        coalesce(totals.reached_count, 0) as reached_count,
        cast(totals.base_score_sum as double) / nullif(totals.base_n, 0) as unweighted_score,
        cast(totals.weighed_sum as double) / nullif(totals.reached_count, 0) as weighted_score,
        round(
            power(cast(totals.reached_count as double), 2)
            / nullif(cast(totals.squared_weights as double), 0), 6
        ) as effective_n,
        round(
            totals.base_n * cast(totals.squared_weights as double)
            / nullif(power(cast(totals.reached_count as double), 2), 0), 6
        ) as design_effect
    from {{ ref('int_survey_invitations_counted') }} as asked
    left join bases on asked.survey_id = bases.survey_id and asked.wave = bases.wave
    left join totals
        on
            asked.survey_id = totals.survey_id
            and asked.wave = totals.wave
            and asked.question_code = totals.question_code
)

select
    measured.survey_id || '/' || measured.wave || '/' || measured.question_code
        as survey_quality_key,
    run_context.as_of_date,
    measured.survey_id,
    measured.wave,
    measured.question_code,
    measured.wave_date,
    case when measured.has_silent then measured.invited_count end as invited_count,
    cast(measured.n as bigint) as answer_count,
    case when measured.has_silent then cast(measured.n as double) / measured.invited_count end
        as response_rate,
    case
        when measured.survey_id = 'none' then 'no survey is delivered'
        when not measured.has_silent
            then 'only answers are delivered: who was asked and stayed silent is not known'
    end as response_reason,
    cast(measured.base_count as bigint) as base_count,
    cast(measured.base_n as bigint) as base_answer_count,
    cast(measured.base_n as double) / nullif(measured.base_count, 0) as coverage_rate,
    cast(measured.reached_count as double) / nullif(measured.base_count, 0) as strata_coverage_rate,
    measured.unweighted_score,
    measured.weighted_score,
    measured.effective_n as effective_sample_size,
    measured.design_effect,
    case
        when measured.survey_id = 'none' then 'no survey is delivered'
        when measured.base_n = 0 then 'nobody who answered had bought by then'
    end as weighting_reason,
    coalesce(measured.effective_n, 0) >= rules.minimum_answers as has_enough_answers,
    measured.version_count
from measured
cross join run_context
cross join rules
