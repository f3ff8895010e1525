-- One row per survey, wave, question and respondent: the latest valid answer to the likelihood to
-- recommend, classified. Valid is a whole number on the scale of seed survey_scales; an answer
-- whose customer is not resolved counts under its source id, one without customer for itself.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

scales as (
    select * from {{ ref('survey_scales') }}
),

identities as (
    select * from {{ ref('bridge_customer_identity') }}
),

valid_answers as (
    select
        coalesce(responses.survey_id, 'unnamed') as survey_id,
        responses.question_code,
        coalesce(
            responses.wave,
            substr(
                cast(
                    {{ business_date('responses.answered_at', 'run_context.business_time_zone') }}
                    as string
                ), 1, 7
            )
        ) as wave,
        coalesce(
            identities.customer_key,
            'unresolved:' || responses.source_system || ':' || responses.customer_id,
            'response:' || responses.response_id
        ) as respondent_key,
        identities.customer_key,
        responses.response_id,
        responses.answered_at,
        {{ business_date('responses.answered_at', 'run_context.business_time_zone') }}
            as answered_date,
        coalesce(responses.touchpoint, 'none given') as touchpoint,
        cast(responses.score as integer) as score,
        case
            when responses.score >= scales.promoter_min then 'promoter'
            when responses.score <= scales.detractor_max then 'detractor'
            else 'passive'
        end as nps_class,
        {{ dbt.datediff(
            business_date('responses.answered_at', 'run_context.business_time_zone'),
            'run_context.as_of_date', 'day'
        ) }} < scales.answer_valid_days as is_current
    from {{ ref('stg_crm__survey_responses') }} as responses
    inner join scales on responses.kind = scales.kind
    cross join run_context
    left join identities
        on
            responses.source_system = identities.source_system
            and responses.customer_id = identities.customer_id
    where
        responses.kind = 'nps'
        and responses.answered_at < run_context.as_of_end_at
        and responses.score between scales.scale_min and scales.scale_max
        and responses.score = floor(responses.score)
        and coalesce(responses.scale_min, scales.scale_min) = scales.scale_min
        and coalesce(responses.scale_max, scales.scale_max) = scales.scale_max
),

ranked as (
    select
        *,
        row_number() over (
            partition by survey_id, wave, question_code, respondent_key
            order by answered_at desc, response_id desc
        ) as answer_rank
    from valid_answers
)

select
    survey_id,
    wave,
    question_code,
    respondent_key,
    customer_key,
    response_id,
    answered_at,
    answered_date,
    touchpoint,
    score,
    nps_class,
    is_current
from ranked
where answer_rank = 1
