-- One row per customer and calendar quarter in which something happened (customer_key, period), for the
-- last twelve quarters, and one for all before them: what one customer bought, gave back, asked and
-- answered over time. By quarter, so that a customer has 13 rows at most, however many events. The
-- unknown member is left out.
{% set counts = ['order_count', 'ticket_count', 'complaint_count', 'survey_answer_count'] %}
with
run_context as (
    select
        as_of_date,
        currency_code,
        cast({{ dbt.dateadd('month', -33, dbt.date_trunc('quarter', 'as_of_date')) }} as date)
            as first_quarter_date
    from {{ source('raw', 'run_context') }}
),

events as (
    select
        customer_key,
        purchase_date as event_date,
        case when is_purchase then 1 else 0 end as order_count,
        0 as ticket_count,
        0 as complaint_count,
        0 as survey_answer_count,
        net_amount,
        returned_amount,
        null as dated_score
    from {{ ref('int_orders_netted') }}
    union all
    select
        customer_key,
        created_date as event_date,
        0 as order_count,
        1 as ticket_count,
        case when is_complaint then 1 else 0 end as complaint_count,
        0 as survey_answer_count,
        0 as net_amount,
        0 as returned_amount,
        null as dated_score
    from {{ ref('int_tickets_measured') }}
    union all
    select
        customer_key,
        answered_date as event_date,
        0 as order_count,
        0 as ticket_count,
        0 as complaint_count,
        1 as survey_answer_count,
        0 as net_amount,
        0 as returned_amount,
        -- Day and score in one number: the largest is of the last day, and its last two digits the score.
        case
            when kind = 'nps'
                then 100 * {{ dbt.datediff("cast('2000-01-01' as date)", 'answered_date', 'day') }} + score
        end as dated_score
    from {{ ref('int_survey_answers_validated') }}
),

placed as (
    select
        events.*,
        case
            when events.event_date >= run_context.first_quarter_date
                then cast({{ dbt.date_trunc('quarter', 'events.event_date') }} as date)
        end as period_start_date
    from events
    cross join run_context
    where events.customer_key is not null and events.customer_key <> 'unknown'
),

summed as (
    select
        customer_key,
        period_start_date,
        {% for column in counts %}
        sum({{ column }}) as {{ column }},
        {% endfor %}
        sum(net_amount) as net_amount,
        sum(returned_amount) as returned_amount,
        max(dated_score) as last_dated_score
    from placed
    group by customer_key, period_start_date
)

select
    summed.customer_key,
    coalesce(
        cast(extract(year from summed.period_start_date) as string) || '-Q'
        || cast(extract(quarter from summed.period_start_date) as string), 'earlier'
    ) as period,
    run_context.as_of_date,
    summed.period_start_date,
    {% for column in counts %}
    cast(summed.{{ column }} as bigint) as {{ column }},
    {% endfor %}
    cast(summed.net_amount as decimal(18, 4)) as net_amount,
    cast(summed.returned_amount as decimal(18, 4)) as returned_amount,
    cast(mod(summed.last_dated_score, 100) as decimal(18, 4)) as last_nps_score,
    run_context.currency_code
from summed
cross join run_context
