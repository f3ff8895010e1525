-- One row per survey, wave, question and customer: the latest valid answer about perceived value, as
-- an index from 0 (lowest answer of its scale) to 100 (highest), to a question of seed
-- survey_value_questions, by a customer who is resolved.
{{ config(materialized='view') }}
select
    answers.survey_id,
    answers.wave,
    answers.question_code,
    questions.dimension,
    answers.customer_key,
    answers.response_id,
    answers.answered_at,
    answers.answered_date,
    answers.answer_index
from {{ ref('int_survey_answers_validated') }} as answers
inner join {{ ref('survey_value_questions') }} as questions
    on answers.question_code = questions.question_code
where answers.customer_key is not null
