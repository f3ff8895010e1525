-- One row per scope (length of the term) and month in which the contracts began (scope,
-- cohort_month_date): terms due, renewed and lost so far, and what a contract has brought. Testers
-- are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

contracts as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'start_date') }} as date) as cohort_month_date
    from {{ ref('int_contracts_scoped') }}
    where not is_test_customer
),

outcomes as (
    select
        contracts.scope,
        contracts.cohort_month_date,
        count(case when terms.outcome in ('renewed', 'lost') then 1 end) as due_count,
        count(case when terms.outcome = 'renewed' then 1 end) as renewed_count,
        count(case when terms.outcome = 'lost' then 1 end) as lost_count
    from {{ ref('int_contract_terms_settled') }} as terms
    inner join contracts on terms.contract_id = contracts.contract_id
    group by contracts.scope, contracts.cohort_month_date
),

cohorts as (
    select
        scope,
        cohort_month_date,
        count(*) as contract_count,
        count(case when contract_state <> 'lost' then 1 end) as open_count,
        sum(paid_amount) as paid_amount
    from contracts
    group by scope, cohort_month_date
)

select
    cohorts.scope,
    cohorts.cohort_month_date,
    run_context.as_of_date,
    cohorts.contract_count,
    cohorts.open_count,
    outcomes.due_count,
    outcomes.renewed_count,
    outcomes.lost_count,
    cast(outcomes.renewed_count as double) / nullif(outcomes.due_count, 0) as renewal_rate,
    cast(cohorts.paid_amount as decimal(18, 4)) as paid_amount,
    cast(cohorts.paid_amount * margins.margin_rate as decimal(18, 4)) as margin_amount,
    cast(
        cast(cohorts.paid_amount * margins.margin_rate as double) / cohorts.contract_count
        as decimal(18, 4)
    ) as net_benefit_per_contract_amount,
    case
        when cohorts.paid_amount is null then 'no price of the terms is delivered'
        else margins.margin_reason
    end as net_benefit_reason,
    run_context.currency_code
from cohorts
inner join outcomes
    on
        cohorts.scope = outcomes.scope
        and cohorts.cohort_month_date = outcomes.cohort_month_date
cross join {{ ref('int_base_margins_measured') }} as margins
cross join run_context
