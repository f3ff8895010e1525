-- One row per value tier and cause (value_tier, cause), at the as-of date: the expected sales and margin
-- that are at risk, by why customers would leave. Test accounts are left out. A customer counts in
-- each cause with its weight, so the rows add up to churn_risk.
with
tiers as (
    select
        customer_key,
        segment as value_tier
    from {{ ref('int_segments_held') }}
    where scheme = 'value_class'
),

causes as (
    select
        causes.customer_key,
        causes.cause,
        causes.weight
    from {{ ref('int_silence_causes_weighed') }} as causes
    inner join {{ ref('int_silences_dated') }} as silences
        on
            causes.customer_key = silences.customer_key
            and causes.silence_start_date = silences.silence_start_date
    where silences.is_open
),

weighed as (
    select
        tiers.value_tier,
        causes.cause,
        causes.weight,
        risks.as_of_date,
        risks.currency_code,
        risks.value_at_risk_reason,
        risks.churn_risk_rate * causes.weight as customers_at_risk,
        risks.sales_at_risk_amount * causes.weight as sales_at_risk_amount,
        risks.value_at_risk_amount * causes.weight as value_at_risk_amount
    from {{ ref('churn_risk') }} as risks
    inner join tiers on risks.customer_key = tiers.customer_key
    inner join causes on risks.customer_key = causes.customer_key
    where not risks.is_test
)

select
    value_tier || '/' || cause as value_at_risk_key,
    min(as_of_date) as as_of_date,
    value_tier,
    cause,
    cast(sum(weight) as decimal(18, 6)) as customer_weight,
    cast(sum(customers_at_risk) as decimal(18, 6)) as customers_at_risk,
    cast(sum(sales_at_risk_amount) as decimal(18, 4)) as sales_at_risk_amount,
    cast(sum(value_at_risk_amount) as decimal(18, 4)) as value_at_risk_amount,
    cast(sum(case when value_at_risk_amount is not null then weight else 0 end) as double)
    / nullif(cast(sum(weight) as double), 0) as value_coverage_rate,
    case when count(value_at_risk_amount) < count(*) then max(value_at_risk_reason) end
        as value_at_risk_reason,
    min(currency_code) as currency_code
from weighed
group by value_tier, cause
