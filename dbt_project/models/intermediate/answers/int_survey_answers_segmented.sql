-- One row per valid answer about satisfaction or recommendation and kind of segment: everybody, the
-- touchpoint of the question, the respondent's region and lifecycle stage at the as-of date. Each
-- kind of segment holds every answer once. Test customers are left out.
with
rules as (
    select
        max(case when rule = 'satisfied_index_min' then value end) as satisfied_index_min,
        max(case when rule = 'dissatisfied_index_max' then value end) as dissatisfied_index_max
    from {{ ref('survey_rules') }}
),

answers as (
    select
        answers.*,
        customers.region,
        stages.lifecycle_stage,
        answers.answer_index >= rules.satisfied_index_min as is_satisfied,
        answers.answer_index <= rules.dissatisfied_index_max as is_dissatisfied,
        classes.nps_class,
        answers.expiry_date > run_context.as_of_date
        and answers.customer_key is not null
        and row_number() over (
            partition by answers.customer_key, answers.kind
            order by answers.answered_at desc, answers.response_id desc, answers.question_code desc
        ) = 1 as is_latest_of_customer
    from {{ ref('int_survey_answers_validated') }} as answers
    cross join rules
    cross join {{ source('raw', 'run_context') }} as run_context
    left join {{ ref('int_nps_answers_classified') }} as classes
        on
            answers.response_id = classes.response_id
            and answers.question_code = classes.question_code
    left join {{ ref('dim_customer') }} as customers
        on answers.customer_key = customers.customer_key
    left join {{ ref('lifecycle_state') }} as stages
        on answers.customer_key = stages.customer_key
    where
        answers.kind in ('nps', 'csat')
        and not coalesce(customers.is_test, false)
),

segmented as (
    {% for kind, segment in [
        ('all', "'all'"),
        ('touchpoint', 'touchpoint'),
        ('region', "coalesce(region, 'not known')"),
        ('lifecycle_stage', "coalesce(lifecycle_stage, 'not known')"),
    ] %}
    select
        answers.*,
        '{{ kind }}' as segment_kind,
        {{ segment }} as segment
    from answers
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    survey_id,
    question_code,
    wave,
    kind,
    segment_kind,
    segment,
    respondent_key,
    customer_key,
    response_id,
    answered_date,
    score,
    scale_min,
    scale_max,
    answer_index,
    nps_class,
    is_satisfied,
    is_dissatisfied,
    is_latest_of_customer
from segmented
