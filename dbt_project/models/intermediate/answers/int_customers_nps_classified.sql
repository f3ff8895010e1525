-- One row per customer with a valid NPS answer in the last answer_valid_days: the class of the
-- latest one, over all surveys (E3).
with
ranked as (
    select
        *,
        row_number() over (
            partition by customer_key
            order by answered_at desc, response_id desc, question_code desc
        ) as answer_rank
    from {{ ref('int_nps_answers_classified') }}
    where is_current and customer_key is not null
)

select
    customer_key,
    nps_class,
    answered_date
from ranked
where answer_rank = 1
