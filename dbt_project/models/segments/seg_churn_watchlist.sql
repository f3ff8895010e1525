-- One row per customer to be watched (customer_key), at the as-of date: not lapsed, more likely than not
-- to buy nothing for 90 days, and declining or valuable; by what is at stake, with what drives the risk
-- in words, without personal data.
with
rules as (
    select max(case when rule = 'watch_least_rate' then value end) as least_rate
    from {{ ref('risk_rules') }}
),

causes as (
    select
        silences.customer_key,
        silences.silence_start_date as last_purchase_date,
        causes.cause,
        causes.evidence
    from {{ ref('int_silences_dated') }} as silences
    inner join {{ ref('int_silence_causes_weighed') }} as causes
        on
            silences.customer_key = causes.customer_key
            and silences.silence_start_date = causes.silence_start_date
    where silences.is_open and causes.cause_rank = 1
)

select
    risks.customer_key,
    risks.as_of_date,
    row_number() over (
        order by
            coalesce(risks.value_at_risk_amount, 0) desc,
            coalesce(risks.sales_at_risk_amount, 0) desc,
            risks.customer_key asc
    ) as watch_rank,
    case when risks.is_declining then 'declining' else 'valuable' end as watch_reason,
    customers.customer_kind,
    customers.region,
    held.value_class_segment as value_class,
    held.lifecycle_segment as lifecycle_stage,
    causes.last_purchase_date,
    risks.churn_risk_rate,
    risks.risk_model,
    risks.driver_1_reason as driver_1,
    risks.driver_2_reason as driver_2,
    risks.driver_3_reason as driver_3,
    risks.decline_evidence,
    causes.cause as likely_cause,
    causes.evidence as cause_evidence,
    risks.sales_at_risk_amount,
    risks.value_at_risk_amount,
    risks.value_at_risk_reason,
    risks.currency_code
from {{ ref('churn_risk') }} as risks
inner join {{ ref('dim_customer') }} as customers
    on risks.customer_key = customers.customer_key
inner join {{ ref('int_customers_segments_pivoted') }} as held
    on risks.customer_key = held.customer_key
inner join causes on risks.customer_key = causes.customer_key
cross join rules
where
    not risks.is_test
    and risks.churn_risk_rate >= rules.least_rate
    and held.lifecycle_segment not in ('lapsed', 'churned')
    and (risks.is_declining or held.value_class_segment in ('high', 'potential'))
