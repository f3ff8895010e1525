-- Claim: the rewards of all customers, those that suppliers paid for included, cost what the points
-- ledger says, exactly. Fails with both sums.
with
members as (
    select
        member_id,
        min(program_id) as program_id
    from {{ ref('stg_crm__loyalty_members') }}
    group by member_id
),

ledger as (
    select
        coalesce(ledger.reward_cost, -ledger.points * programs.unit_cost) as local_cost,
        case when ledger.reward_cost is null then programs.currency else ledger.currency end
            as currency,
        {{ business_date('ledger.at', 'run_context.business_time_zone') }} as day,
        run_context.currency_code
    from {{ ref('stg_crm__loyalty_ledger') }} as ledger
    cross join {{ source('raw', 'run_context') }} as run_context
    left join members on ledger.member_id = members.member_id
    left join {{ ref('stg_crm__loyalty_programs') }} as programs
        on members.program_id = programs.program_id
    where
        ledger.at < run_context.as_of_end_at
        and (ledger.kind = 'burn' or ledger.reward_cost is not null)
),

rewards as (
    select cast(ledger.local_cost * fx_rates.fx_rate as decimal(18, 4)) as amount
    from ledger
    left join {{ ref('int_fx_rates_filled') }} as fx_rates
        on
            coalesce(ledger.currency, ledger.currency_code) = fx_rates.currency_code
            and ledger.day >= fx_rates.valid_from_date
            and ledger.day < fx_rates.valid_to_date
),

rewards_summed as (
    select coalesce(sum(amount), 0) as amount
    from rewards
),

profits as (
    select coalesce(sum(coalesce(reward_amount, 0) + supplier_funded_reward_amount), 0) as amount
    from {{ ref('customer_profitability') }}
)

select
    rewards_summed.amount as of_ledger,
    profits.amount as of_customers
from rewards_summed
cross join profits
where rewards_summed.amount <> profits.amount
