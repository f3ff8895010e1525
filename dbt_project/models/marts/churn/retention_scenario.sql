-- One row per base and rise of retention (scope_kind, scope, points), at the as-of date: by what share
-- customer equity changes when so many percentage points more of the customers stay each period
-- (I15). Gupta, Lehmann & Stuart 2004: equity = customers x margin x r / (1 + i - r), so that the
-- change is that of the margin multiple; its interval is that of the own retention rate.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

least_rule as (
    select cast(value as integer) as least_customers
    from {{ ref('value_rules') }}
    where rule = 'segment_least_customers'
),

rated as (
    select
        rates.*,
        scenarios.points,
        cast(scenarios.points as double) / 100 as rise,
        {{ share_of_counts('rates.retained_count', 'rates.at_risk_count') }} as rate,
        {{ wilson_low('rates.retained_count', 'rates.at_risk_count') }} as rate_lo,
        {{ wilson_high('rates.retained_count', 'rates.at_risk_count') }} as rate_hi,
        case
            when rates.at_risk_count < least_rule.least_customers
                then
                    cast(rates.at_risk_count as string) || ' customers could be kept, '
                    || cast(least_rule.least_customers as string) || ' are needed'
            when rates.retained_count = 0 then 'nobody was kept'
            when 100 * rates.retained_count + scenarios.points * rates.at_risk_count
                > 100 * rates.at_risk_count
                then 'more than everybody would stay'
        end as change_reason
    from {{ ref('int_retention_rates_gathered') }} as rates
    cross join {{ ref('retention_scenarios') }} as scenarios
    cross join least_rule
),

-- The relative change is least at the rate (1 + i - rise) / 2 and grows to both sides.
changed as (
    select
        *,
        least(greatest((1 + discount_rate - rise) / 2, rate_lo), rate_hi) as flattest_rate,
        case
            when change_reason is null then {{ margin_multiple('rate', 'discount_rate') }}
        end as margin_multiple,
        case
            when change_reason is null
                then {{ margin_multiple_change('rate', 'rise', 'discount_rate') }}
        end as change_rate
    from rated
),

bounded as (
    select
        *,
        case
            when change_reason is null
                then {{ margin_multiple_change('flattest_rate', 'rise', 'discount_rate') }}
        end as change_rate_lo,
        {{ margin_multiple_change('rate_lo', 'rise', 'discount_rate') }} as change_at_lowest,
        {{ margin_multiple_change('least(rate_hi, 1 - rise)', 'rise', 'discount_rate') }}
            as change_at_highest
    from changed
)

select
    bounded.scope_kind,
    bounded.scope,
    cast(bounded.points as bigint) as points,
    run_context.as_of_date,
    bounded.period_years,
    bounded.at_risk_count,
    bounded.retained_count,
    round(bounded.rate, 12) as retention_rate,
    bounded.rate_lo as retention_rate_lo,
    bounded.rate_hi as retention_rate_hi,
    round(bounded.margin_multiple, 12) as margin_multiple,
    round(bounded.change_rate, 12) as equity_change_rate,
    round(bounded.change_rate_lo, 12) as equity_change_rate_lo,
    case
        when bounded.change_reason is null
            then round(greatest(bounded.change_at_lowest, bounded.change_at_highest), 12)
    end as equity_change_rate_hi,
    bounded.change_reason as equity_change_reason,
    bounded.holder_count,
    cast(
        bounded.holder_count * cast(bounded.period_profit_amount as double)
        * bounded.margin_multiple as decimal(18, 4)
    ) as equity_amount,
    cast(
        bounded.holder_count * cast(bounded.period_profit_amount as double)
        * bounded.margin_multiple * bounded.change_rate as decimal(18, 4)
    ) as equity_change_amount,
    case
        when bounded.change_reason is not null then bounded.change_reason
        when bounded.period_profit_amount is null then 'no margin of a customer is known'
    end as equity_reason,
    'simple: one retention rate for all, constant margins, no end (Gupta & Lehmann 2003)' as method,
    run_context.currency_code
from bounded
cross join run_context
