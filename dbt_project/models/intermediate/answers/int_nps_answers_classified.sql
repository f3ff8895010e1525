-- One row per survey, wave, question and respondent: the latest valid answer to the likelihood to
-- recommend, classified.
{{ config(materialized='view') }}
select
    answers.survey_id,
    answers.question_code,
    answers.wave,
    answers.respondent_key,
    answers.customer_key,
    answers.response_id,
    answers.answered_at,
    answers.answered_date,
    answers.touchpoint,
    cast(answers.score as integer) as score,
    case
        when answers.score >= scales.promoter_min then 'promoter'
        when answers.score <= scales.detractor_max then 'detractor'
        else 'passive'
    end as nps_class,
    answers.expiry_date
from {{ ref('int_survey_answers_validated') }} as answers
inner join {{ ref('survey_scales') }} as scales on answers.kind = scales.kind
where answers.kind = 'nps'
