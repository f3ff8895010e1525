-- One row per source record, purpose and channel (source_system, customer_id, purpose, channel): the latest
-- decision as of the as-of date. Who unsubscribes from a message or reports it has withdrawn.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

decisions as (
    select
        source_system,
        customer_id,
        purpose,
        channel,
        coalesce(status, 'not_stated') as status,
        effective_at,
        expires_at,
        legal_basis,
        'consent ' || consent_id as decision_id
    from {{ ref('stg_crm__consents') }}
    union all
    select
        events.source_system,
        events.customer_id,
        campaigns.purpose,
        events.channel,
        'withdrawn' as status,
        events.at as effective_at,
        null as expires_at,
        null as legal_basis,
        'message event ' || events.event_id as decision_id
    from {{ ref('stg_crm__message_events') }} as events
    left join {{ ref('stg_crm__campaigns') }} as campaigns
        on events.campaign_id = campaigns.campaign_id
    where events.event in ('unsubscribe', 'complaint')
),

named as (
    select
        decisions.source_system,
        decisions.customer_id,
        coalesce(lower(trim(decisions.purpose)), 'not_stated') as purpose,
        coalesce(lower(trim(decisions.channel)), 'not_stated') as channel,
        case
            when decisions.status = 'granted' and decisions.expires_at < run_context.as_of_end_at
                then 'expired'
            else decisions.status
        end as status,
        decisions.effective_at,
        decisions.legal_basis,
        decisions.decision_id
    from decisions
    cross join run_context
    where decisions.effective_at < run_context.as_of_end_at
),

-- Of two decisions at one instant the refusal counts.
ranked as (
    select
        *,
        row_number() over (
            partition by source_system, customer_id, purpose, channel
            order by
                effective_at desc,
                case when status in ('denied', 'withdrawn') then 1 else 2 end asc,
                decision_id asc
        ) as decision_rank
    from named
)

select
    source_system,
    customer_id,
    purpose,
    channel,
    status,
    effective_at,
    legal_basis,
    decision_id
from ranked
where decision_rank = 1
