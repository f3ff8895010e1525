-- One row per customer and day on which switching cost is looked at: the as-of date for everybody, and
-- the day of each answer about perceived value for who gave it: what the points are worth that the
-- customer would leave behind, and the highest tier held, 0 (lowest) to 100.
with run_context as (
    select * from {{ source('raw', 'run_context') }}
),

moments as (
    select
        customers.customer_key,
        run_context.as_of_date as measured_date
    from {{ ref('dim_customer') }} as customers
    cross join run_context
    where customers.customer_kind <> 'unknown'
    union
    select
        customer_key,
        answered_date as measured_date
    from {{ ref('survey_value') }}
    where answered_date is not null
),

-- A number in two programmes is that of the first by name.
first_programmes as (
    select
        member_id,
        min(program_id) as program_id
    from {{ ref('stg_crm__loyalty_members') }}
    group by member_id
),

memberships as (
    select
        moments.customer_key,
        moments.measured_date,
        members.member_id,
        members.program_id
    from moments
    cross join run_context
    inner join {{ ref('bridge_customer_identity') }} as identities
        on moments.customer_key = identities.customer_key
    inner join {{ ref('stg_crm__loyalty_members') }} as members
        on
            identities.source_system = members.source_system
            and identities.customer_id = members.customer_id
    inner join first_programmes
        on
            members.member_id = first_programmes.member_id
            and members.program_id = first_programmes.program_id
    where
        members.left_at is null
        or {{ business_date('members.left_at', 'run_context.business_time_zone') }}
        > moments.measured_date
),

balances as (
    select
        memberships.customer_key,
        memberships.measured_date,
        sum({{ amount_at_rate('ledger.points * programs.point_value', 'rates.fx_rate') }})
            as points_amount,
        count(*) as entry_count
    from memberships
    cross join run_context
    inner join {{ ref('stg_crm__loyalty_ledger') }} as ledger
        on
            memberships.member_id = ledger.member_id
            and memberships.measured_date
            >= {{ business_date('ledger.at', 'run_context.business_time_zone') }}
    left join {{ ref('stg_crm__loyalty_programs') }} as programs
        on memberships.program_id = programs.program_id
    left join {{ ref('int_fx_rates_filled') }} as rates
        on
            coalesce(programs.currency, run_context.currency_code) = rates.currency_code
            and memberships.measured_date >= rates.valid_from_date
            and memberships.measured_date < rates.valid_to_date
    group by memberships.customer_key, memberships.measured_date
),

ranks as (
    select
        program_id,
        tier,
        100 * cast(tier_rank - 1 as double)
        / nullif(max(tier_rank) over (partition by program_id) - 1, 0) as tier_score
    from {{ ref('tier_rules') }}
),

tiers as (
    select
        memberships.customer_key,
        memberships.measured_date,
        max(ranks.tier_score) as tier_score,
        count(*) as held_tier_count
    from memberships
    inner join {{ ref('stg_crm__loyalty_tier_history') }} as held
        on
            memberships.member_id = held.member_id
            and memberships.measured_date >= held.valid_from
            and (held.valid_to is null or memberships.measured_date < held.valid_to)
    left join ranks on memberships.program_id = ranks.program_id and held.tier = ranks.tier
    group by memberships.customer_key, memberships.measured_date
)

select
    moments.customer_key,
    moments.measured_date,
    balances.points_amount,
    cast(coalesce(balances.entry_count, 0) as bigint) as entry_count,
    tiers.tier_score,
    cast(coalesce(tiers.held_tier_count, 0) as bigint) as held_tier_count
from moments
left join balances
    on
        moments.customer_key = balances.customer_key
        and moments.measured_date = balances.measured_date
left join tiers
    on
        moments.customer_key = tiers.customer_key
        and moments.measured_date = tiers.measured_date
