-- One row per survey, wave and customer with an answer about perceived value: satisfaction, perceived
-- value and switching cost as they stood on the day of the answer, 0 to 100, and whether the customer
-- bought within retention_days after it. Of buyers only, and of answers that are old enough to tell.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'retention_days' then value end) as integer) as retention_days,
        cast(max(case when rule = 'satisfaction_memory_days' then value end) as integer)
            as satisfaction_memory_days
    from {{ ref('survey_rules') }}
),

answered as (
    select
        survey_value.survey_id,
        survey_value.wave,
        survey_value.customer_key,
        survey_value.answered_date,
        survey_value.perceived_value_score,
        customers.region,
        rules.retention_days,
        rules.satisfaction_memory_days
    from {{ ref('survey_value') }} as survey_value
    cross join run_context
    cross join rules
    inner join {{ ref('dim_customer') }} as customers
        on survey_value.customer_key = customers.customer_key
    where
        not customers.is_test
        and {{ dbt.datediff('survey_value.answered_date', 'run_context.as_of_date', 'day') }}
        >= rules.retention_days
),

-- The latest answer of each kind up to the day; satisfaction is their mean.
satisfaction_answers as (
    select
        answered.survey_id,
        answered.wave,
        answered.customer_key,
        answers.answer_index,
        row_number() over (
            partition by
                answered.survey_id, answered.wave, answered.customer_key, answers.kind
            order by answers.answered_at desc, answers.response_id desc, answers.question_code desc
        ) as answer_rank
    from answered
    inner join {{ ref('int_survey_answers_validated') }} as answers
        on
            answered.customer_key = answers.customer_key
            and answers.kind in ('csat', 'nps')
            and answered.answered_date >= answers.answered_date
            and {{ dbt.datediff('answers.answered_date', 'answered.answered_date', 'day') }}
            < answered.satisfaction_memory_days
),

satisfaction as (
    select
        survey_id,
        wave,
        customer_key,
        cast(sum(answer_index) as double) / count(*) as satisfaction_index
    from satisfaction_answers
    where answer_rank = 1
    group by survey_id, wave, customer_key
),

outcomes as (
    select
        answered.survey_id,
        answered.wave,
        answered.customer_key,
        max(case
            when
                occasions.purchase_date > answered.answered_date
                and {{ dbt.datediff('answered.answered_date', 'occasions.purchase_date', 'day') }}
                <= answered.retention_days
                then 1
            else 0
        end) = 1 as is_retained
    from answered
    inner join {{ ref('int_purchase_occasions') }} as occasions
        on
            answered.customer_key = occasions.customer_key
            and answered.answered_date >= occasions.first_purchase_date
    group by answered.survey_id, answered.wave, answered.customer_key
)

select
    answered.survey_id,
    answered.wave,
    answered.customer_key,
    answered.answered_date,
    coalesce(answered.region, 'not known') as region,
    satisfaction.satisfaction_index,
    (answered.perceived_value_score + 100) / 2 as perceived_value_index,
    costs.switching_cost_index,
    outcomes.is_retained,
    row_number() over (
        partition by answered.customer_key
        order by answered.answered_date desc, answered.survey_id desc, answered.wave desc
    ) = 1 as is_latest_of_customer
from answered
inner join outcomes
    on
        answered.survey_id = outcomes.survey_id
        and answered.wave = outcomes.wave
        and answered.customer_key = outcomes.customer_key
left join satisfaction
    on
        answered.survey_id = satisfaction.survey_id
        and answered.wave = satisfaction.wave
        and answered.customer_key = satisfaction.customer_key
left join {{ ref('int_switching_costs_indexed') }} as costs
    on
        answered.customer_key = costs.customer_key
        and answered.answered_date = costs.measured_date
