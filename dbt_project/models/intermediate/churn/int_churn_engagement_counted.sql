-- One row per origin and customer with a visit, response, complaint, answer or membership by then
-- (origin_number, customer_key): what an active customer did beside buying until the origin. Visits are
-- those of the site or app that ended without an order, and contacts that the customer began.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

histories as (
    select
        origin_number,
        origin_date,
        customer_key
    from {{ ref('int_churn_histories_counted') }}
    where is_active
),

visits as (
    select
        customer_key,
        visit_date as event_date,
        session_count - ordering_session_count + visit_count + contact_count as event_count
    from {{ ref('int_customers_visits_counted') }}
    where session_count - ordering_session_count + visit_count + contact_count > 0
),

responses as (
    select
        identities.customer_key,
        {{ business_date('events.at', 'run_context.business_time_zone') }} as event_date,
        1 as event_count
    from {{ ref('stg_crm__message_events') }} as events
    cross join run_context
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            events.source_system = identities.source_system
            and events.customer_id = identities.customer_id
    where
        events.event in ('open', 'click')
        and not coalesce(events.is_machine, false)
        and events.at < run_context.as_of_end_at
),

happened as (
    {% for kind, relation, date_column, count_column, condition in [
        ('visit', 'visits', 'event_date', 'event_count', 'true'),
        ('response', 'responses', 'event_date', 'event_count', 'true'),
        ('complaint', ref('int_tickets_measured'), 'created_date', '1', 'is_complaint'),
        ('enrolment', ref('int_memberships_resolved'), 'enrolled_date', '1', 'true'),
        ('leave', ref('int_memberships_resolved'), 'left_date', '1', 'left_date is not null'),
    ] %}
    select
        '{{ kind }}' as kind,
        customer_key,
        {{ date_column }},
        {{ count_column }},
        null as answer_index
    from {{ relation }}
    where {{ condition }}
    union all
    {% endfor %}
    select
        'answer' as kind,
        customer_key,
        answered_date as event_date,
        1 as event_count,
        answer_index
    from {{ ref('int_survey_answers_validated') }}
    where kind in ('nps', 'csat')
),

dated as (
    select
        histories.origin_number,
        histories.customer_key,
        happened.kind,
        happened.event_count,
        happened.answer_index,
        {{ dbt.datediff('happened.event_date', 'histories.origin_date', 'day') }} as age_days
    from histories
    inner join happened
        on
            histories.customer_key = happened.customer_key
            and histories.origin_date >= happened.event_date
)

select
    origin_number,
    customer_key,
    sum(case when kind = 'visit' and age_days < 90 then event_count else 0 end) as visit_count_90d,
    min(case when kind = 'visit' then age_days end) as days_since_last_visit,
    sum(case when kind = 'response' and age_days < 90 then event_count else 0 end)
        as response_count_90d,
    sum(
        case when kind in ('visit', 'response') and age_days between 90 and 179 then event_count
            else 0
        end
    ) as engagement_count_90d_before,
    sum(case when kind = 'complaint' and age_days < 180 then event_count else 0 end)
        as complaint_count_180d,
    cast(
        sum(case when kind = 'answer' and age_days < 365 then answer_index end) as double
    ) / nullif(sum(case when kind = 'answer' and age_days < 365 then 1 else 0 end), 0) as answer_index,
    case
        when
            sum(case kind when 'enrolment' then 1 when 'leave' then -1 else 0 end) > 0
            then 1
        else 0
    end as is_member
from dated
group by origin_number, customer_key
