-- One row per movement that gives points for a behaviour (entry_id): a referral, a review or a post, as
-- the ledger's reward_kind says (seed behaviour_rewards), and two checks against abuse: whether it
-- is beyond the daily cap, and whether such a behaviour is on record.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rewards as (
    select
        entries.entry_id,
        entries.program_id,
        entries.member_id,
        entries.customer_key,
        entries.booked_date,
        entries.points,
        kinds.behaviour,
        kinds.evidence_kind,
        cast({{ dbt.dateadd('day', '-kinds.evidence_days', 'entries.booked_date') }} as date)
            as evidence_from_date,
        kinds.daily_cap,
        row_number() over (
            partition by entries.member_id, kinds.behaviour, entries.booked_date
            order by entries.position
        ) as day_rank
    from {{ ref('int_points_entries_ordered') }} as entries
    inner join {{ ref('stg_crm__loyalty_ledger') }} as ledger
        on entries.entry_id = ledger.entry_id
    inner join {{ ref('behaviour_rewards') }} as kinds
        on lower(trim(ledger.reward_kind)) = kinds.reward_kind
    where entries.is_lot
),

behaviours as (
    select distinct
        referrer_key as customer_key,
        'referral' as evidence_kind,
        referred_date as behaviour_date
    from {{ ref('int_referrals_classified') }}
    where referrer_key is not null
    union all
    select distinct
        identities.customer_key,
        lower(trim(items.kind)) as evidence_kind,
        {{ business_date('items.at', 'run_context.business_time_zone') }} as behaviour_date
    from {{ ref('stg_crm__ugc_items') }} as items
    cross join run_context
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            items.source_system = identities.source_system
            and items.customer_id = identities.customer_id
)

select
    rewards.entry_id,
    rewards.program_id,
    rewards.member_id,
    rewards.booked_date,
    rewards.behaviour,
    rewards.points,
    rewards.day_rank > rewards.daily_cap as is_over_cap,
    count(behaviours.behaviour_date) > 0 as is_on_record
from rewards
left join behaviours
    on
        rewards.customer_key = behaviours.customer_key
        and rewards.evidence_kind = behaviours.evidence_kind
        and rewards.booked_date >= behaviours.behaviour_date
        and rewards.evidence_from_date <= behaviours.behaviour_date
group by
    rewards.entry_id, rewards.program_id, rewards.member_id, rewards.booked_date,
    rewards.behaviour, rewards.points, rewards.day_rank, rewards.daily_cap
