-- One row per kind of business and base (scope_kind, scope): customers who could be kept and were, the
-- discount from one decision to the next, and what one who stays is worth a period. Customers without
-- contract decide once a year; contracts at each end of a term, by length of the term.
with
rules as (
    select cast(value as double) as annual_rate
    from {{ ref('value_rules') }}
    where rule = 'annual_discount_rate'
),

base as (
    select
        'customers' as scope_kind,
        'all' as scope,
        1e0 as period_years,
        at_risk_count,
        retained_count,
        active_customer_count as holder_count,
        yearly_profit_amount as period_profit_amount
    from {{ ref('segment_value') }}
    where segment_kind = 'all'
),

terms as (
    select
        scope,
        cast(sum(due_count) as bigint) as at_risk_count,
        cast(sum(renewed_count) as bigint) as retained_count,
        cast(sum(open_count) as bigint) as holder_count
    from {{ ref('contract_renewal') }}
    group by scope
),

margins as (
    select
        scope,
        min(term_years) as period_years,
        count(price_amount) as priced_count,
        sum(price_amount) as price_amount
    from {{ ref('int_contracts_scoped') }}
    where contract_state <> 'lost' and not is_test_customer
    group by scope
)

select
    base.scope_kind,
    base.scope,
    base.period_years,
    base.at_risk_count,
    base.retained_count,
    base.holder_count,
    base.period_profit_amount,
    round(power(1 + rules.annual_rate, base.period_years) - 1, 12) as discount_rate
from base
cross join rules
union all
select
    'contracts' as scope_kind,
    terms.scope,
    margins.period_years,
    terms.at_risk_count,
    terms.retained_count,
    terms.holder_count,
    cast(
        cast(margins.price_amount as double) / nullif(margins.priced_count, 0)
        * cast(rates.margin_rate as double) as decimal(18, 4)
    ) as period_profit_amount,
    round(power(1 + rules.annual_rate, margins.period_years) - 1, 12) as discount_rate
from terms
inner join margins on terms.scope = margins.scope
cross join {{ ref('int_base_margins_measured') }} as rates
cross join rules
