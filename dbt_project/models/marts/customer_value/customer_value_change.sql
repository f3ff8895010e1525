-- One row per customer of today or of the last closing (customer_key), at the as-of date: how the
-- customer's total value came from what was published at the close of the last period to what it is
-- now. opening + alive + frequency + spend + margin + influence + merge + definition = closing.
{% set effects = ['alive', 'frequency', 'spend', 'margin', 'influence', 'definition'] %}
with
run_context as (
    select
        as_of_date,
        value_period as period_kind,
        currency_code
    from {{ source('raw', 'run_context') }}
),

split as (
    select * from {{ ref('int_value_changes_explained') }}
),

openings as (
    select * from {{ source('history', 'customer_value_opening') }}
),


bridged as (
    select
        customer_key,
        opening_date,
        coalesce(presence, 'not_bridged') as presence,
        case when presence is not null then opening_amount end as opening_amount,
        {% for effect in effects %}
        case
            when presence = 'appeared' then 0
            when presence is not null then {{ effect }}_change_amount
        end as {{ effect }}_change_amount,
        {% endfor %}
        case
            when presence = 'appeared' then closing_amount
            when presence is not null then merge_change_amount
        end as merge_change_amount,
        closing_amount,
        change_reason
    from split
    union all
    select
        openings.customer_key,
        openings.closing_date as opening_date,
        'gone' as presence,
        openings.total_amount as opening_amount,
        {% for effect in effects %}
        cast(0 as decimal(18, 4)) as {{ effect }}_change_amount,
        {% endfor %}
        -openings.total_amount as merge_change_amount,
        cast(0 as decimal(18, 4)) as closing_amount,
        case when openings.total_amount is null then 'the value at the opening is not known' end
            as change_reason
    from openings
    left join split on openings.customer_key = split.customer_key
    where split.customer_key is null
)

select
    bridged.customer_key,
    run_context.as_of_date,
    run_context.period_kind,
    bridged.opening_date,
    bridged.presence,
    {% for amount in ['opening', 'alive_change', 'frequency_change', 'spend_change', 'margin_change',
        'influence_change', 'merge_change', 'definition_change', 'closing'] %}
    cast(bridged.{{ amount }}_amount as decimal(18, 4)) as {{ amount }}_amount,
    {% endfor %}
    bridged.change_reason,
    run_context.currency_code
from bridged
cross join run_context
