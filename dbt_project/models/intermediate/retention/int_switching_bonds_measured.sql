-- One row per customer and day on which switching cost is looked at: what is left of a running
-- contract, and what the customer says of switching in answers that are current on the day.
with
benefits as (
    select * from {{ ref('int_switching_benefits_measured') }}
),

terms as (
    select
        benefits.customer_key,
        benefits.measured_date,
        max({{ dbt.datediff('benefits.measured_date', 'terms.last_date', 'day') }})
            as contract_days_left
    from benefits
    inner join {{ ref('int_contract_terms_settled') }} as terms
        on
            benefits.customer_key = terms.customer_key
            and benefits.measured_date between terms.start_date and terms.last_date
    group by benefits.customer_key, benefits.measured_date
),

latest_answers as (
    select
        benefits.customer_key,
        benefits.measured_date,
        answers.answer_index,
        row_number() over (
            partition by benefits.customer_key, benefits.measured_date, answers.question_code
            order by answers.answered_at desc, answers.response_id desc
        ) as answer_rank
    from benefits
    inner join {{ ref('survey_scales') }} as scales on scales.kind = 'switching'
    inner join {{ ref('int_survey_answers_validated') }} as answers
        on
            benefits.customer_key = answers.customer_key
            and answers.kind = 'switching'
            and benefits.measured_date >= answers.answered_date
            and {{ dbt.datediff('answers.answered_date', 'benefits.measured_date', 'day') }}
            < scales.answer_valid_days
),

answers as (
    select
        customer_key,
        measured_date,
        cast(sum(answer_index) as double) / count(*) as survey_score
    from latest_answers
    where answer_rank = 1
    group by customer_key, measured_date
)

select
    benefits.customer_key,
    benefits.measured_date,
    cast(terms.contract_days_left as bigint) as contract_days_left,
    answers.survey_score
from benefits
left join terms
    on
        benefits.customer_key = terms.customer_key
        and benefits.measured_date = terms.measured_date
left join answers
    on
        benefits.customer_key = answers.customer_key
        and benefits.measured_date = answers.measured_date
