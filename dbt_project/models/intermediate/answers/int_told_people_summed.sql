-- One row per survey, wave and mood with an answer to how many people a customer has told: answers and
-- their exact sums. The mood is that of the customer's latest satisfaction answer up to the day on
-- which they told; who is neither satisfied nor dissatisfied is left out.
with
satisfaction as (
    select
        *,
        case when is_satisfied then 'satisfied' when is_dissatisfied then 'dissatisfied' end as mood
    from {{ ref('int_survey_answers_segmented') }}
    where kind = 'csat' and segment_kind = 'all' and customer_key is not null
),

told as (
    select
        answers.survey_id,
        answers.wave,
        answers.score,
        satisfaction.mood,
        row_number() over (
            partition by
                answers.survey_id, answers.wave, answers.question_code, answers.customer_key
            order by
                satisfaction.answered_date desc,
                satisfaction.response_id desc,
                satisfaction.question_code desc
        ) as mood_rank
    from {{ ref('int_survey_answers_validated') }} as answers
    inner join {{ ref('survey_wom_questions') }} as questions
        on answers.question_code = questions.question_code
    inner join satisfaction
        on
            answers.customer_key = satisfaction.customer_key
            and answers.answered_date >= satisfaction.answered_date
)

select
    survey_id,
    wave,
    mood,
    cast(count(*) as bigint) as answer_count,
    sum(score) as told_sum,
    sum(cast(score * score as decimal(28, 8))) as told_square_sum
from told
where mood_rank = 1 and mood is not null
group by survey_id, wave, mood
