-- One row per customer with a valid NPS answer in the last answer_valid_days: the class of the
-- latest one, over all surveys (E3).
with
ranked as (
    select
        answers.*,
        row_number() over (
            partition by answers.customer_key
            order by answers.answered_at desc, answers.response_id desc, answers.question_code desc
        ) as answer_rank
    from {{ ref('int_nps_answers_classified') }} as answers
    cross join {{ source('raw', 'run_context') }} as run_context
    where answers.expiry_date > run_context.as_of_date and answers.customer_key is not null
)

select
    customer_key,
    nps_class,
    answered_date
from ranked
where answer_rank = 1
