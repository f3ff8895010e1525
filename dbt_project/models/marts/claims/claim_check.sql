-- One row per number that the source documents assert (claim_id): the claim in words and its value,
-- beside the firm's own value, its 95 % interval and how many it rests on, and whether the claim
-- lies inside that interval. What cannot be tested says why.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- Of several waves the latest that was answered.
waves as (
    select
        *,
        row_number() over (
            partition by mood
            order by case when answer_count > 0 then 0 else 1 end asc, wave desc, survey_id asc
        ) as wave_rank
    from {{ ref('wom') }}
),

measured as (
    select
        'recovery_stays' as claim_id,
        'customers who bought again within the window after a complaint solved fast' as own_measure,
        repurchase_rate as own_value,
        repurchase_rate_lo as own_low,
        repurchase_rate_hi as own_high,
        customer_count as sample_size,
        repurchase_reason as own_reason
    from {{ ref('service_recovery') }}
    where recovery_group = 'fast'
    union all
    select
        'member_frequency' as claim_id,
        'occasions of members beyond matched others, as a share of the others''' as own_measure,
        relative_lift_rate as own_value,
        relative_lift_low_rate as own_low,
        relative_lift_high_rate as own_high,
        matched_member_count as sample_size,
        lift_reason as own_reason
    from {{ ref('programme_lift') }}
    where scope = 'base' and outcome = 'purchase_frequency'
    union all
    select
        case when mood = 'satisfied' then 'told_happy' else 'told_unhappy' end as claim_id,
        'mean number of people that a ' || mood || ' customer told' as own_measure,
        mean_told as own_value,
        mean_told_lo as own_low,
        mean_told_hi as own_high,
        answer_count as sample_size,
        told_reason as own_reason
    from waves
    where wave_rank = 1
    {% for claim_id, own_measure, value, reason, sample in [
        ('acquisition_cost', 'cost of winning a customer by campaign cost of keeping one',
         'cost_ratio', 'cost_ratio_reason', 'new_customer_count'),
        ('promotion_cost', 'spend per first purchase by campaign spend per repeat purchase',
         'promotion_ratio', 'promotion_ratio_reason', 'new_customer_count'),
        ('success_new', 'customers who had never bought and did within a month of an offer',
         'new_success_rate', 'new_success_reason', 'new_offer_count'),
        ('success_known', 'customers who had bought and did so within a month of an offer',
         'known_success_rate', 'known_success_reason', 'known_offer_count'),
    ] %}
    union all
    select
        '{{ claim_id }}' as claim_id,
        '{{ own_measure }}' as own_measure,
        {{ value }} as own_value,
        {{ value }}_lo as own_low,
        {{ value }}_hi as own_high,
        {{ sample }} as sample_size,
        {{ reason }} as own_reason
    from {{ ref('retention_economics') }}
    where period_kind = 'year'
    {% endfor %}
    union all
    select
        'retention_profit' as claim_id,
        'rise of the value of all customers by five points more retention a year' as own_measure,
        equity_change_rate as own_value,
        equity_change_rate_lo as own_low,
        equity_change_rate_hi as own_high,
        at_risk_count as sample_size,
        equity_change_reason as own_reason
    from {{ ref('retention_scenario') }}
    where scope_kind = 'customers' and points = 5
)

select
    claims.claim_id,
    run_context.as_of_date,
    claims.document,
    claims.claim,
    claims.claimed_low,
    claims.claimed_high,
    claims.unit,
    claims.tested_by,
    measured.own_measure,
    measured.own_value,
    measured.own_low,
    measured.own_high,
    case when measured.own_value is not null then measured.sample_size end as sample_size,
    case
        when measured.own_low is null or measured.own_high is null then 'not_testable'
        when
            claims.claimed_high >= measured.own_low and claims.claimed_low <= measured.own_high
            then 'inside'
        else 'outside'
    end as verdict,
    case
        when measured.own_low is null or measured.own_high is null
            then
                coalesce(
                    measured.own_reason,
                    claims.missing,
                    'nothing is measured by ' || claims.tested_by
                )
    end as verdict_reason
from {{ ref('claims') }} as claims
cross join run_context
left join measured on claims.claim_id = measured.claim_id
