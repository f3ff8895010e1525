-- One row per customer of dim_customer but the unknown member, at the as-of date: the scores of the
-- items of loyalty, of the dimensions that they make, the loyalty index and the stage of loyalty. Missing
-- is not zero: below the least coverage of seed loyalty_versions there is no score, but a reason.
{#- Oliver's stages, lowest first, and the dimension in which each shows. -#}
{%- set stages = {
    'cognitive': 'cognitive', 'affective': 'emotional', 'conative': 'intention',
    'action': 'behaviour',
} %}
with
definition as (
    select
        *,
        {{ rate_in_words('min_dimension_coverage_rate') }} as dimension_rate,
        {{ rate_in_words('min_index_coverage_rate') }} as index_rate
    from {{ ref('loyalty_versions') }}
    where is_current
),

thresholds as (
    select
        {% for stage in stages %}
        max(case when stages.stage = '{{ stage }}' then stages.min_score end) as {{ stage }}_min,
        {% endfor %}
        definition.definition_version
    from {{ ref('loyalty_stages') }} as stages
    inner join definition on stages.definition_version = definition.definition_version
    group by definition.definition_version
),

answered as (
    select count(*) > 0 as has_answers from {{ ref('int_customers_attitudes_scored') }}
),

scored as (
    select
        weighed.*,
        {% for dimension in loyalty_dimension_names() + ['loyalty_index'] %}
        {% set least = 'index' if dimension == 'loyalty_index' else 'dimension' %}
        coalesce(weighed.{{ dimension }}_known_weight, 0) as {{ dimension }}_coverage,
        case
            when weighed.{{ dimension }}_known_weight >= definition.min_{{ least }}_coverage_rate
                then weighed.{{ dimension }}_mean
        end as {{ dimension }}_result,
        case
            when coalesce(weighed.{{ dimension }}_known_weight, 0) = 0 then 'no item is known'
            when weighed.{{ dimension }}_known_weight < definition.min_{{ least }}_coverage_rate
                then {{ rate_in_words('weighed.' ~ dimension ~ '_known_weight') }}
                    || ' of the weight is known, ' || definition.{{ least }}_rate || ' are needed'
        end as {{ dimension }}_reason,
        {% endfor %}
        customers.customer_key as known_customer_key
    from {{ ref('dim_customer') }} as customers
    cross join definition
    left join {{ ref('int_customers_loyalty_weighed') }} as weighed
        on customers.customer_key = weighed.customer_key
    where customers.customer_kind <> 'unknown'
)

select
    scored.known_customer_key as customer_key,
    run_context.as_of_date,
    cast(thresholds.definition_version as bigint) as definition_version,
    answers.attitude_answered_date,
    cast(coalesce(answers.attitude_answer_count, 0) as bigint) as attitude_answer_count,
    case
        when not answered.has_answers
            then 'no current answer to a question of seed loyalty_questions is delivered'
        when answers.customer_key is null then 'the customer has not answered in the last year'
        {% for item in loyalty_item_names('attitudes') %}
        when scored.{{ item }}_score is null then 'not every question was asked and answered'
        {% endfor %}
    end as attitude_reason,
    {% for item in loyalty_item_names('attitudes') %}
    scored.{{ item }}_score,
    {% endfor %}
    {% for source in ['patronage', 'advocacy'] %}
    {% for item in loyalty_item_names(source) %}
    scored.{{ item }}_score,
    {{ source }}.{{ item }}_reason,
    {% endfor %}
    {% endfor %}
    {% for dimension in loyalty_dimension_names() %}
    scored.{{ dimension }}_result as {{ dimension }}_dimension_score,
    cast(scored.{{ dimension }}_coverage as double) as {{ dimension }}_dimension_coverage_rate,
    scored.{{ dimension }}_reason as {{ dimension }}_dimension_reason,
    {% endfor %}
    scored.loyalty_index_result as loyalty_index,
    cast(scored.loyalty_index_coverage as double) as loyalty_index_coverage_rate,
    scored.loyalty_index_reason,
    case
        {% for stage, dimension in stages.items() %}
        when scored.{{ dimension }}_result is null then null
        when scored.{{ dimension }}_result < thresholds.{{ stage }}_min
            then '{{ 'none' if loop.first else loop.previtem[0] }}'
        {% endfor %}
        else 'action'
    end as loyalty_stage,
    case
        {% for stage, dimension in stages.items() %}
        when scored.{{ dimension }}_result is null
            then '{{ stage }}: ' || scored.{{ dimension }}_reason
        when scored.{{ dimension }}_result < thresholds.{{ stage }}_min
            then '{{ stage }}: ' || cast(cast(scored.{{ dimension }}_result as decimal(9, 1)) as string)
                || ', ' || cast(cast(thresholds.{{ stage }}_min as decimal(9, 1)) as string)
                || ' is needed'
        {% endfor %}
        else 'action: ' || cast(cast(scored.behaviour_result as decimal(9, 1)) as string)
            || ', ' || cast(cast(thresholds.action_min as decimal(9, 1)) as string) || ' is needed'
    end as loyalty_stage_reason
from scored
cross join {{ source('raw', 'run_context') }} as run_context
cross join thresholds
cross join answered
inner join {{ ref('int_customers_patronage_observed') }} as patronage
    on scored.known_customer_key = patronage.customer_key
inner join {{ ref('int_customers_advocacy_observed') }} as advocacy
    on scored.known_customer_key = advocacy.customer_key
left join {{ ref('int_customers_attitudes_scored') }} as answers
    on scored.known_customer_key = answers.customer_key
