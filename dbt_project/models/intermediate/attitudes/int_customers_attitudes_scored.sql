-- One row per customer with a current answer to a question of seed loyalty_questions (customer_key):
-- what the customer feels and thinks, item by item, 0 (none of it) to 100. Of each question the latest
-- current answer counts, over all surveys and waves; questions of one item weigh alike.
{%- set items = [
    'attachment', 'trust', 'best_choice', 'competitor_preference', 'involvement', 'switching',
    'price_attitude', 'quality_attitude', 'emotional_value', 'bearable_cost', 'recommendation',
    'satisfaction', 'ease',
] %}
with
questions as (
    select * from {{ ref('loyalty_questions') }}
),

ranked as (
    select
        answers.*,
        row_number() over (
            partition by answers.customer_key, answers.question_code
            order by answers.answered_at desc, answers.response_id desc
        ) as answer_rank
    from {{ ref('int_survey_answers_validated') }} as answers
    cross join {{ source('raw', 'run_context') }} as run_context
    where answers.expiry_date > run_context.as_of_date and answers.customer_key is not null
),

scored as (
    select
        ranked.customer_key,
        ranked.answered_date,
        coalesce(named.item, of_kind.item) as item,
        case
            when coalesce(named.direction, of_kind.direction) = 1 then ranked.answer_index
            else 100 - ranked.answer_index
        end as score
    from ranked
    left join questions as named on ranked.question_code = named.question_code
    left join questions as of_kind on 'kind:' || ranked.kind = of_kind.question_code
    where
        ranked.answer_rank = 1
        and coalesce(named.item, of_kind.item) is not null
)

select
    customer_key,
    {% for item in items %}
    cast(
        cast(sum(case when item = '{{ item }}' then score end) as double)
        / nullif(count(case when item = '{{ item }}' then 1 end), 0) as decimal(9, 4)
    ) as {{ item }}_score,
    {% endfor %}
    count(*) as attitude_answer_count,
    max(answered_date) as attitude_answered_date
from scored
group by customer_key
