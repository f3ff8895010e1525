-- Claim: whoever is in a list has a record that granted purpose and channel by the as-of date and still
-- does, no record that refused them since its own last grant, and is neither a test account nor deleted.
-- A row is a list and a customer who must not be in it. Read from the delivered records, not from
-- consent_state.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

addressed as (
    select distinct customer_key
    from {{ ref('audience_export') }}
    where delta <> 'remove'
),

decisions as (
    select
        identities.customer_key,
        consents.source_system,
        consents.customer_id,
        lower(trim(consents.purpose)) as purpose,
        lower(trim(consents.channel)) as channel,
        max(case
            when
                consents.status = 'granted'
                and coalesce(consents.expires_at >= run_context.as_of_end_at, true)
                then consents.effective_at
        end) as granted_at,
        max(case when consents.status in ('denied', 'withdrawn') then consents.effective_at end)
            as refused_at
    from {{ ref('stg_crm__consents') }} as consents
    cross join run_context
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            consents.source_system = identities.source_system
            and consents.customer_id = identities.customer_id
    inner join addressed on identities.customer_key = addressed.customer_key
    where consents.effective_at < run_context.as_of_end_at
    group by
        identities.customer_key,
        consents.source_system,
        consents.customer_id,
        lower(trim(consents.purpose)),
        lower(trim(consents.channel))
),

allowed as (
    select
        customer_key,
        purpose,
        channel,
        max(granted_at) as granted_at,
        sum(case when refused_at >= coalesce(granted_at, refused_at) then 1 else 0 end) as refusal_count
    from decisions
    group by customer_key, purpose, channel
)

select
    exported.audience,
    exported.customer_key,
    allowed.granted_at,
    allowed.refusal_count,
    customers.is_test,
    customers.is_deleted
from {{ ref('audience_export') }} as exported
inner join {{ ref('dim_customer') }} as customers
    on exported.customer_key = customers.customer_key
left join allowed
    on
        exported.customer_key = allowed.customer_key
        and exported.purpose = allowed.purpose
        and exported.channel = allowed.channel
where
    exported.delta <> 'remove'
    and (
        allowed.granted_at is null
        or allowed.refusal_count > 0
        or customers.is_test
        or customers.is_deleted
    )
