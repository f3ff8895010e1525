-- One row per movement of points that took a reward (entry_id): its cost in the reporting currency
-- and who bears it. The ledger's own cost, else points x cost per point of the programme; null
-- where neither is known. Points cost when they are redeemed, not when they are earned: what is
-- open is a liability (H5).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- A number that stands in two programmes is that of the first by name.
members as (
    select
        member_id,
        min(program_id) as program_id
    from {{ ref('stg_crm__loyalty_members') }}
    group by member_id
),

rewards as (
    select
        ledger.entry_id,
        coalesce(identities.customer_key, 'unknown') as customer_key,
        {{ business_date('ledger.at', 'run_context.business_time_zone') }} as reward_date,
        ledger.reward_kind,
        coalesce(lower(trim(ledger.funder)), 'own') <> 'own' as is_supplier_funded,
        coalesce(ledger.reward_cost, -ledger.points * programs.unit_cost) as local_cost,
        coalesce(
            case when ledger.reward_cost is null then programs.currency else ledger.currency end,
            run_context.currency_code
        ) as local_currency_code
    from {{ ref('stg_crm__loyalty_ledger') }} as ledger
    cross join run_context
    left join members on ledger.member_id = members.member_id
    left join {{ ref('stg_crm__loyalty_members') }} as memberships
        on
            members.program_id = memberships.program_id
            and members.member_id = memberships.member_id
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            memberships.source_system = identities.source_system
            and memberships.customer_id = identities.customer_id
    left join {{ ref('stg_crm__loyalty_programs') }} as programs
        on members.program_id = programs.program_id
    where
        ledger.at < run_context.as_of_end_at
        and (ledger.kind = 'burn' or ledger.reward_cost is not null)
)

select
    rewards.entry_id,
    rewards.customer_key,
    rewards.reward_date,
    rewards.reward_kind,
    rewards.is_supplier_funded,
    rewards.local_cost,
    rewards.local_currency_code,
    cast(rewards.local_cost * fx_rates.fx_rate as decimal(18, 4)) as cost_amount
from rewards
left join {{ ref('int_fx_rates_filled') }} as fx_rates
    on
        rewards.local_currency_code = fx_rates.currency_code
        and rewards.reward_date >= fx_rates.valid_from_date
        and rewards.reward_date < fx_rates.valid_to_date
