-- One row per survey, wave and mood (satisfied, dissatisfied), at the as-of date: to how many people
-- customers of that mood have told of the firm, and how many have heard if all customers of that
-- mood tell as many. Without a question about it there is one row of wave 'none' for each mood.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(max(case when rule = 'minimum_answers' then value end) as integer) as minimum_answers
    from {{ ref('survey_rules') }}
),

moods as (
    select 'satisfied' as mood
    union all
    select 'dissatisfied' as mood
),

-- How many customers are of the mood: by the latest answer of each, while it is current.
moody as (
    select
        case when is_satisfied then 'satisfied' else 'dissatisfied' end as mood,
        count(*) as customer_count
    from {{ ref('int_survey_answers_segmented') }}
    where
        kind = 'csat'
        and segment_kind = 'all'
        and is_latest_of_customer
        and (is_satisfied or is_dissatisfied)
    group by case when is_satisfied then 'satisfied' else 'dissatisfied' end
),

summed as (
    select * from {{ ref('int_told_people_summed') }}
),

waves as (
    select distinct
        survey_id,
        wave
    from summed
    union all
    select
        'none' as survey_id,
        'none' as wave
    from run_context
    where not exists (select 1 from summed)
),

measured as (
    select
        waves.survey_id,
        waves.wave,
        moods.mood,
        coalesce(summed.answer_count, 0) as n,
        cast(summed.told_sum as double) / summed.answer_count as mean_told,
        sqrt(
            (
                summed.answer_count * cast(summed.told_square_sum as double)
                - power(cast(summed.told_sum as double), 2)
            )
            / nullif(
                power(cast(summed.answer_count as double), 2) * (summed.answer_count - 1), 0e0
            )
        ) as mean_told_se,
        coalesce(moody.customer_count, 0) as customer_count
    from waves
    cross join moods
    left join summed
        on
            waves.survey_id = summed.survey_id
            and waves.wave = summed.wave
            and moods.mood = summed.mood
    left join moody on moods.mood = moody.mood
)

select
    measured.survey_id || '/' || measured.wave || '/' || measured.mood as wom_key,
    run_context.as_of_date,
    measured.survey_id,
    measured.wave,
    measured.mood,
    cast(measured.n as bigint) as answer_count,
    measured.mean_told,
    measured.mean_told_se,
    case
        when measured.n >= rules.minimum_answers
            then greatest(0, round(measured.mean_told - 1.959963984540054 * measured.mean_told_se, 10))
    end as mean_told_lo,
    case
        when measured.n >= rules.minimum_answers
            then round(measured.mean_told + 1.959963984540054 * measured.mean_told_se, 10)
    end as mean_told_hi,
    cast(measured.customer_count as bigint) as customer_count,
    measured.mean_told * measured.customer_count as exposure_people,
    case
        when measured.survey_id = 'none'
            then 'no question of seed survey_wom_questions is answered by a customer of known mood'
        when measured.n = 0 then 'nobody of this mood has answered'
        when measured.n < rules.minimum_answers then 'too few answers for an interval'
    end as told_reason
from measured
cross join run_context
cross join rules
