-- One row per member and tier held (member_id, valid_from_date) up to the as-of date: from when to
-- when, and how the tier before it changed into it. A tier ends when the next begins, when the
-- history says so, or when the member leaves. Equal tiers that follow each other without a gap are
-- kept apart, as confirmed.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'tier_grace_days' then value end) as grace_days
    from {{ ref('programme_rules') }}
),

-- A number that stands in two programmes is that of the first by name.
memberships as (
    select
        members.member_id,
        members.program_id,
        coalesce(identities.customer_key, 'unknown') as customer_key,
        {{ business_date('members.enrolled_at', 'run_context.business_time_zone') }}
            as enrolled_date,
        {{ business_date('members.left_at', 'run_context.business_time_zone') }} as left_date,
        row_number() over (
            partition by members.member_id order by members.program_id
        ) as programme_rank
    from {{ ref('stg_crm__loyalty_members') }} as members
    cross join run_context
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            members.source_system = identities.source_system
            and members.customer_id = identities.customer_id
),

held as (
    select
        history.member_id,
        coalesce(memberships.program_id, 'unknown') as program_id,
        coalesce(memberships.customer_key, 'unknown') as customer_key,
        memberships.enrolled_date,
        history.tier,
        history.reason as source_reason,
        history.valid_from as valid_from_date,
        least(
            coalesce(history.valid_to, cast('9999-12-31' as date)),
            coalesce(memberships.left_date, cast('9999-12-31' as date)),
            coalesce(
                lead(history.valid_from) over (
                    partition by history.member_id order by history.valid_from
                ),
                cast('9999-12-31' as date)
            )
        ) as valid_to_date
    from {{ ref('stg_crm__loyalty_tier_history') }} as history
    cross join run_context
    left join memberships
        on
            history.member_id = memberships.member_id
            and memberships.programme_rank = 1
    where history.valid_from <= run_context.as_of_date and history.tier is not null
),

ranked as (
    select
        held.*,
        tier_rules.tier_rank,
        lag(held.tier) over (partition by held.member_id order by held.valid_from_date)
            as previous_tier,
        lag(tier_rules.tier_rank) over (partition by held.member_id order by held.valid_from_date)
            as previous_rank,
        lag(held.valid_from_date) over (partition by held.member_id order by held.valid_from_date)
            as previous_from_date,
        lag(held.valid_to_date) over (partition by held.member_id order by held.valid_from_date)
            as previous_to_date
    from held
    left join {{ ref('tier_rules') }} as tier_rules
        on
            held.program_id = tier_rules.program_id
            and held.tier = tier_rules.tier
    -- What began after the member had left is no tier.
    where held.valid_to_date > held.valid_from_date
)

select
    ranked.member_id,
    ranked.valid_from_date,
    ranked.valid_to_date,
    ranked.program_id,
    ranked.customer_key,
    ranked.enrolled_date,
    ranked.tier,
    ranked.tier_rank,
    ranked.source_reason,
    ranked.previous_tier,
    case
        when ranked.previous_tier is null then 'joined'
        when ranked.previous_to_date < ranked.valid_from_date then 'rejoined'
        when ranked.tier = ranked.previous_tier then 'confirmed'
        when ranked.tier_rank > ranked.previous_rank then 'up'
        when
            ranked.tier_rank = ranked.previous_rank - 1
            and {{ dbt.datediff('ranked.previous_from_date', 'ranked.valid_from_date', 'day') }}
            >= rules.grace_days
            then 'soft_down'
        when ranked.tier_rank < ranked.previous_rank then 'hard_down'
        else 'not_ranked'
    end as tier_change
from ranked
cross join rules
