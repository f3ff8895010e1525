-- One row per period (month, all history), touchpoint and step of the journey (period_kind,
-- period_start_date, touchpoint, step_no) with an answer, a complaint or a session; step 0 is the touchpoint as a whole. A touchpoint is what answers and contacts
-- call it, of a case its category. Test customers are left out.
with
answers as (
    select
        answered_date as fact_date,
        lower(trim(segment)) as touchpoint,
        is_satisfied
    from {{ ref('int_survey_answers_segmented') }}
    where kind = 'csat' and segment_kind = 'touchpoint' and segment <> 'none given'
),

complaints as (
    select
        created_date as fact_date,
        ticket_category as touchpoint
    from {{ ref('int_tickets_measured') }}
    where is_complaint and not is_test_customer and ticket_category <> 'none given'
    union all
    select
        items.given_date as fact_date,
        lower(trim(contacts.touchpoint)) as touchpoint
    from {{ ref('int_feedback_items_gathered') }} as items
    inner join {{ ref('stg_crm__interactions') }} as contacts
        on items.feedback_source = 'interaction' and items.feedback_id = contacts.interaction_id
    where
        lower(trim(contacts.topic)) = 'complaint'
        and contacts.direction = 'inbound'
        and contacts.touchpoint is not null
),

steps as (
    select
        *,
        lead(step_no) over (partition by touchpoint order by step_no) as next_step_no
    from {{ ref('journey_steps') }}
),

facts as (
    select
        fact_date,
        touchpoint,
        0 as step_no,
        1 as answer_count,
        case when is_satisfied then 1 else 0 end as satisfied_count,
        0 as complaint_count,
        0 as session_count,
        0 as continued_count
    from answers
    union all
    select
        fact_date,
        touchpoint,
        0 as step_no,
        0 as answer_count,
        0 as satisfied_count,
        1 as complaint_count,
        0 as session_count,
        0 as continued_count
    from complaints
    union all
    select
        sessions.session_date as fact_date,
        steps.touchpoint,
        steps.step_no,
        0 as answer_count,
        0 as satisfied_count,
        0 as complaint_count,
        1 as session_count,
        case when sessions.last_step_no >= steps.next_step_no then 1 else 0 end as continued_count
    from {{ ref('int_web_sessions_stepped') }} as sessions
    inner join steps on sessions.last_step_no >= steps.step_no
),

sliced as (
    select
        *,
        'month' as period_kind,
        cast({{ dbt.date_trunc('month', 'fact_date') }} as date) as period_start_date
    from facts
    union all
    select
        *,
        'all_history' as period_kind,
        min(fact_date) over () as period_start_date
    from facts
)

select
    period_kind,
    period_start_date,
    touchpoint,
    cast(step_no as integer) as step_no,
    sum(answer_count) as answer_count,
    sum(satisfied_count) as satisfied_count,
    sum(complaint_count) as complaint_count,
    sum(session_count) as session_count,
    sum(continued_count) as continued_count
from sliced
group by period_kind, period_start_date, touchpoint, step_no
