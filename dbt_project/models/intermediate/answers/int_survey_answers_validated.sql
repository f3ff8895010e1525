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

ranked as (
    select
        *,
        row_number() over (
            partition by survey, wave_or_month, question_code, respondent_key
            order by answered_at desc, response_id desc
        ) as answer_rank
    from valid_answers
)

select
    ranked.survey as survey_id,
    ranked.wave_or_month as wave,
    ranked.question_code,
    ranked.kind,
    ranked.version,
    ranked.respondent_key,
    ranked.customer_key,
    ranked.response_id,
    ranked.answered_at,
    ranked.answered_date,
    ranked.invited_at,
    coalesce(ranked.touchpoint, 'none given') as touchpoint,
    ranked.ticket_id,
    ranked.order_id,
    cast(ranked.score as decimal(18, 4)) as score,
    cast(ranked.lowest as decimal(18, 4)) as scale_min,
    cast(ranked.highest as decimal(18, 4)) as scale_max,
    cast(
        100 * cast(ranked.score - ranked.lowest as double)
        / cast(ranked.highest - ranked.lowest as double) as decimal(18, 6)
    ) as answer_index,
    cast({{ dbt.dateadd('day', 'cast(ranked.answer_valid_days as integer)', 'ranked.answered_date') }} as date)
        as expiry_date
from ranked
where ranked.answer_rank = 1
