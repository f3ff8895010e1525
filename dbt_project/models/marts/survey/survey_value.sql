-- One row per customer, survey and wave with an answer about perceived value, and one row (survey and
-- wave 'none') for each customer without any, so that a missing survey is seen and not only absent.
{%- set dimensions = ['economic', 'functional', 'emotional', 'cost', 'competitor'] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

answers as (
    select * from {{ ref('int_value_answers_indexed') }}
),

any_answer as (
    select count(*) as answer_count from answers
),

summed as (
    select
        customer_key,
        survey_id,
        wave,
        {% for dimension in dimensions %}
        sum(case when dimension = '{{ dimension }}' then answer_index end) as {{ dimension }}_sum,
        count(case when dimension = '{{ dimension }}' then 1 end) as {{ dimension }}_count,
        {% endfor %}
        max(answered_date) as answered_date,
        count(*) as answer_count
    from answers
    group by customer_key, survey_id, wave
),

averaged as (
    select
        customer_key,
        survey_id,
        wave,
        {% for dimension in dimensions %}
        cast({{ dimension }}_sum as double) / nullif({{ dimension }}_count, 0)
            as {{ dimension }}_index,
        {% endfor %}
        answered_date,
        answer_count
    from summed
),

-- Benefits weigh alike, however many questions each has, over those that were answered.
weighed as (
    select
        *,
        (
            coalesce(economic_index, 0)
            + coalesce(functional_index, 0)
            + coalesce(emotional_index, 0)
        ) / nullif(
            case when economic_index is null then 0 else 1 end
            + case when functional_index is null then 0 else 1 end
            + case when emotional_index is null then 0 else 1 end,
            0
        ) as benefit_index,
        row_number() over (
            partition by customer_key order by answered_date desc, survey_id desc, wave desc
        ) as recency_rank
    from averaged
),

customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where customer_kind <> 'unknown'
)

select
    customers.customer_key,
    coalesce(weighed.survey_id, 'none') as survey_id,
    coalesce(weighed.wave, 'none') as wave,
    run_context.as_of_date,
    weighed.answered_date,
    coalesce(weighed.recency_rank = 1, true) as is_latest,
    cast(coalesce(weighed.answer_count, 0) as bigint) as answer_count,
    weighed.economic_index,
    weighed.functional_index,
    weighed.emotional_index,
    weighed.benefit_index,
    weighed.cost_index,
    weighed.benefit_index - weighed.cost_index as perceived_value_score,
    case
        when any_answer.answer_count = 0
            then 'no valid answer to a question of seed survey_value_questions is delivered'
        when weighed.customer_key is null then 'the customer has not answered'
        when weighed.benefit_index is null then 'no answer about benefits'
        when weighed.cost_index is null then 'no answer about cost'
        when
            weighed.economic_index is null
            or weighed.functional_index is null
            or weighed.emotional_index is null
            then 'some of the three benefits were not answered; the others weigh alike'
    end as perceived_value_reason,
    weighed.competitor_index,
    weighed.benefit_index / nullif(weighed.competitor_index, 0) as value_ratio,
    case
        when any_answer.answer_count = 0
            then 'no valid answer to a question of seed survey_value_questions is delivered'
        when weighed.customer_key is null then 'the customer has not answered'
        when weighed.benefit_index is null then 'no answer about benefits'
        when weighed.competitor_index is null then 'no answer about the best alternative'
        when weighed.competitor_index = 0 then 'the best alternative is rated at nothing'
    end as value_ratio_reason
from customers
cross join run_context
cross join any_answer
left join weighed on customers.customer_key = weighed.customer_key
