-- One row per web session with a step of seed journey_steps (session_key) up to the as-of date: the
-- furthest step it reached. Sessions of test customers are left out, those of nobody count.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

sessions as (
    select
        events.source_system,
        events.session_id,
        min(events.at) as began_at,
        max(events.customer_id) as customer_id,
        max(steps.step_no) as last_step_no
    from {{ ref('stg_sales__web_events') }} as events
    cross join run_context
    inner join {{ ref('journey_steps') }} as steps on events.kind = steps.kind
    where events.session_id is not null and events.at < run_context.as_of_end_at
    group by events.source_system, events.session_id
)

select
    {{ surrogate_key(['sessions.source_system', 'sessions.session_id']) }} as session_key,
    {{ business_date('sessions.began_at', 'run_context.business_time_zone') }} as session_date,
    cast(sessions.last_step_no as integer) as last_step_no
from sessions
cross join run_context
left join {{ ref('bridge_customer_identity') }} as identities
    on
        sessions.source_system = identities.source_system
        and sessions.customer_id = identities.customer_id
left join {{ ref('dim_customer') }} as customers
    on identities.customer_key = customers.customer_key
where not coalesce(customers.is_test, false)
