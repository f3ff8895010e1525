-- One row per survey, wave, question and respondent: the latest valid answer, brought to an index from
-- 0 (lowest answer of its scale) to 100 (highest). Valid is an answer up to the as-of date on its own
-- scale, where none is stated on that of seed survey_scales; a kind with classes is valid there only, in
-- whole numbers. A respondent is the customer; who is not resolved counts under the source id.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

answers as (
    select
        responses.*,
        {{ business_date('responses.answered_at', 'run_context.business_time_zone') }}
            as answered_date,
        coalesce(responses.scale_min, scales.scale_min) as lowest,
        coalesce(responses.scale_max, scales.scale_max) as highest,
        scales.answer_valid_days
    from {{ ref('stg_crm__survey_responses') }} as responses
    cross join run_context
    inner join {{ ref('survey_scales') }} as scales
        on coalesce(responses.kind, 'not given') = scales.kind
    where
        responses.answered_at < run_context.as_of_end_at
        and (
            scales.promoter_min is null
            or (
                responses.score = floor(responses.score)
                and coalesce(responses.scale_min, scales.scale_min) = scales.scale_min
                and coalesce(responses.scale_max, scales.scale_max) = scales.scale_max
            )
        )
),

valid_answers as (
    select
        answers.*,
        coalesce(answers.survey_id, 'unnamed') as survey,
        coalesce(answers.wave, substr(cast(answers.answered_date as string), 1, 7)) as wave_or_month,
        identities.customer_key,
        coalesce(
            identities.customer_key,
            'unresolved:' || answers.source_system || ':' || answers.customer_id,
            'response:' || answers.response_id
        ) as respondent_key
    from answers
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            answers.source_system = identities.source_system
            and answers.customer_id = identities.customer_id
    where
        answers.lowest < answers.highest
        and answers.score between answers.lowest and answers.highest
),

-- Nearly all answers are the only one of their respondent: only the others are ranked.
answered_again as (
    select
        survey,
        wave_or_month,
        question_code,
        respondent_key
    from valid_answers
    group by survey, wave_or_month, question_code, respondent_key
    having count(*) > 1
),

ranked as (
    select
        answers.response_id,
        answers.question_code,
        row_number() over (
            partition by
                answers.survey, answers.wave_or_month, answers.question_code, answers.respondent_key
            order by answers.answered_at desc, answers.response_id desc
        ) as answer_rank
    from valid_answers as answers
    inner join answered_again
        on
            answers.survey = answered_again.survey
            and answers.wave_or_month = answered_again.wave_or_month
            and answers.question_code = answered_again.question_code
            and answers.respondent_key = answered_again.respondent_key
)

select
    answers.survey as survey_id,
    answers.wave_or_month as wave,
    answers.question_code,
    answers.kind,
    answers.version,
    answers.respondent_key,
    answers.customer_key,
    answers.response_id,
    answers.answered_at,
    answers.answered_date,
    answers.invited_at,
    coalesce(answers.touchpoint, 'none given') as touchpoint,
    answers.ticket_id,
    answers.order_id,
    cast(answers.score as decimal(18, 4)) as score,
    cast(answers.lowest as decimal(18, 4)) as scale_min,
    cast(answers.highest as decimal(18, 4)) as scale_max,
    cast(
        100 * cast(answers.score - answers.lowest as double)
        / cast(answers.highest - answers.lowest as double) as decimal(18, 6)
    ) as answer_index,
    cast({{ dbt.dateadd('day', 'cast(answers.answer_valid_days as integer)', 'answers.answered_date') }} as date)
        as expiry_date
from valid_answers as answers
left join ranked
    on
        answers.response_id = ranked.response_id
        and answers.question_code = ranked.question_code
where coalesce(ranked.answer_rank, 1) = 1
