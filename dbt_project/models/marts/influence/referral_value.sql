-- One row per customer of dim_customer, the unknown member included, at the as-of date: referrals made
-- and accepted, and what the customers brought have earned and will. It is the referees' value seen
-- from their referrers: it stands beside that value and is in no sum over the base.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

delivered as (
    select count(*) as delivered_count from {{ ref('stg_crm__referrals') }}
),

-- Who brought nobody has brought nothing: a known zero, where referrals are delivered at all.
joined as (
    select
        customers.customer_key,
        delivered.delivered_count > 0 as is_delivered,
        costs.cost_reason,
        coalesce(referrers.accepted_count, 0) as accepted_count,
        coalesce(referrers.referral_count, 0) as referral_count,
        coalesce(referrers.proactive_count, 0) as proactive_count,
        coalesce(referrers.proactive_accepted_count, 0) as proactive_accepted_count,
        coalesce(referrers.unstated_count, 0) as unstated_count,
        coalesce(referrers.buying_referee_count, 0) as buying_referee_count,
        coalesce(referrers.attributed_referee_count, 0) as attributed_referee_count,
        referrers.realised_known_count,
        referrers.realised_incomplete_count,
        referrers.expected_known_count,
        case when coalesce(referrers.accepted_count, 0) > 0 then referrers.realised_amount else 0 end
            as realised_amount,
        case when coalesce(referrers.accepted_count, 0) > 0 then referrers.expected_amount else 0 end
            as expected_amount,
        case when coalesce(referrers.accepted_count, 0) > 0 then referrers.saved_amount else 0 end
            as saved_amount
    from {{ ref('dim_customer') }} as customers
    cross join delivered
    cross join {{ ref('int_acquisition_costed') }} as costs
    left join {{ ref('int_referrers_summed') }} as referrers
        on customers.customer_key = referrers.customer_key
),

summed as (
    select
        *,
        coalesce(expected_amount, 0) + coalesce(saved_amount, 0) as known_amount
    from joined
)

select
    summed.customer_key,
    run_context.as_of_date,
    case when summed.is_delivered then summed.referral_count end as referral_count,
    case when summed.is_delivered then summed.accepted_count end as accepted_referral_count,
    cast(summed.accepted_count as double) / nullif(summed.referral_count, 0)
        as referral_acceptance_rate,
    case when summed.is_delivered then summed.proactive_count end as proactive_referral_count,
    case when summed.is_delivered then summed.proactive_accepted_count end
        as proactive_accepted_referral_count,
    case when summed.is_delivered then summed.unstated_count end as unstated_referral_count,
    case when summed.is_delivered then summed.buying_referee_count end as buying_referee_count,
    case
        when summed.is_delivered then cast(summed.attributed_referee_count as decimal(18, 10))
    end as attributed_referee_count,
    case when summed.is_delivered then cast(summed.realised_amount as decimal(18, 4)) end
        as established_influence_amount,
    case
        when not summed.is_delivered then 'no referrals are delivered'
        when summed.realised_amount is null then 'the margin of no referee is known'
        when summed.realised_known_count < summed.accepted_count
            then 'referees without a known margin are left out'
        when summed.realised_incomplete_count > 0
            then 'cost lines of referees are left out; see customer_profitability'
    end as established_influence_reason,
    case when summed.is_delivered then cast(summed.expected_amount as decimal(18, 4)) end
        as expected_margin_amount,
    case when summed.is_delivered then cast(summed.saved_amount as decimal(18, 4)) end
        as saved_acquisition_amount,
    case
        when
            summed.is_delivered
            and (summed.expected_amount is not null or summed.saved_amount is not null)
            then cast(summed.known_amount as decimal(18, 4))
    end as referral_value_amount,
    case
        when not summed.is_delivered then 'no referrals are delivered'
        when summed.expected_amount is null and summed.saved_amount is null
            then 'neither expected margin nor saved cost is known: ' || summed.cost_reason
        when summed.expected_amount is null
            then 'saved acquisition cost only: no referee has an expected margin'
        when summed.saved_amount is null then 'expected margin only: ' || summed.cost_reason
        when summed.expected_known_count < summed.accepted_count
            then 'referees without an expected margin are left out'
    end as referral_value_reason,
    run_context.currency_code
from summed
cross join run_context
