-- One row per survey, wave, question, region and activity with a valid answer: how many answered, and
-- the sum of what their answers score: 100, 0 or -100 for promoters, passives and detractors, 100 or 0
-- for satisfied and other answers, else the index of the answer. Who had not bought by the day of the
-- wave is outside of the base. Test customers are left out.
with
rules as (
    select cast(max(case when rule = 'lapsed_after_days' then value end) as integer) as lapsed_days
    from {{ ref('lifecycle_rules') }}
),

satisfied as (
    select max(case when rule = 'satisfied_index_min' then value end) as satisfied_index_min
    from {{ ref('survey_rules') }}
),

answers as (
    select
        answers.survey_id,
        answers.wave,
        answers.question_code,
        answers.respondent_key,
        answers.customer_key,
        coalesce(customers.region, 'not known') as region,
        invitations.wave_date,
        case
            when classes.nps_class = 'promoter' then 100
            when classes.nps_class = 'passive' then 0
            when classes.nps_class = 'detractor' then -100
            when answers.kind = 'csat' and answers.answer_index >= satisfied.satisfied_index_min
                then 100
            when answers.kind = 'csat' then 0
            else answers.answer_index
        end as score
    from {{ ref('int_survey_answers_validated') }} as answers
    cross join satisfied
    inner join {{ ref('int_survey_invitations_counted') }} as invitations
        on
            answers.survey_id = invitations.survey_id
            and answers.wave = invitations.wave
            and answers.question_code = invitations.question_code
    left join {{ ref('int_nps_answers_classified') }} as classes
        on
            answers.response_id = classes.response_id
            and answers.question_code = classes.question_code
    left join {{ ref('dim_customer') }} as customers
        on answers.customer_key = customers.customer_key
    where not coalesce(customers.is_test, false)
),

last_purchases as (
    select
        answers.survey_id,
        answers.wave,
        answers.question_code,
        answers.respondent_key,
        max(occasions.purchase_date) as last_purchase_date
    from answers
    inner join {{ ref('int_purchase_occasions') }} as occasions
        on
            answers.customer_key = occasions.customer_key
            and answers.wave_date >= occasions.purchase_date
    group by answers.survey_id, answers.wave, answers.question_code, answers.respondent_key
),

placed as (
    select
        answers.*,
        case
            when purchases.last_purchase_date is null then 'outside of the base'
            when
                {{ dbt.datediff('purchases.last_purchase_date', 'answers.wave_date', 'day') }}
                < rules.lapsed_days
                then 'active'
            else 'lapsed'
        end as activity
    from answers
    cross join rules
    left join last_purchases as purchases
        on
            answers.survey_id = purchases.survey_id
            and answers.wave = purchases.wave
            and answers.question_code = purchases.question_code
            and answers.respondent_key = purchases.respondent_key
)

select
    survey_id,
    wave,
    question_code,
    region,
    activity,
    cast(count(*) as bigint) as answer_count,
    sum(cast(score as decimal(18, 6))) as score_sum
from placed
group by survey_id, wave, question_code, region, activity
