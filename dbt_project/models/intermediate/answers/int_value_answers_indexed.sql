-- One row per survey, wave, question and customer: the latest valid answer about perceived value, as
-- an index from 0 (lowest answer of its scale) to 100 (highest). Valid is an answer on its own stated
-- scale, to a question of seed survey_value_questions, by a customer who is resolved.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

valid_answers as (
    select
        coalesce(responses.survey_id, 'unnamed') as survey_id,
        coalesce(
            responses.wave,
            substr(
                cast(
                    {{ business_date('responses.answered_at', 'run_context.business_time_zone') }}
                    as string
                ), 1, 7
            )
        ) as wave,
        responses.question_code,
        questions.dimension,
        identities.customer_key,
        responses.response_id,
        responses.answered_at,
        {{ business_date('responses.answered_at', 'run_context.business_time_zone') }}
            as answered_date,
        cast(
            100 * cast(responses.score - responses.scale_min as double)
            / cast(responses.scale_max - responses.scale_min as double) as decimal(18, 6)
        ) as answer_index
    from {{ ref('stg_crm__survey_responses') }} as responses
    inner join {{ ref('survey_value_questions') }} as questions
        on responses.question_code = questions.question_code
    cross join run_context
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            responses.source_system = identities.source_system
            and responses.customer_id = identities.customer_id
    where
        responses.answered_at < run_context.as_of_end_at
        and responses.scale_min < responses.scale_max
        and responses.score between responses.scale_min and responses.scale_max
),

ranked as (
    select
        *,
        row_number() over (
            partition by survey_id, wave, question_code, customer_key
            order by answered_at desc, response_id desc
        ) as answer_rank
    from valid_answers
)

select
    survey_id,
    wave,
    question_code,
    dimension,
    customer_key,
    response_id,
    answered_at,
    answered_date,
    answer_index
from ranked
where answer_rank = 1
