-- One row per lifecycle stage (lifecycle_stage), at the as-of date: how many customers are in it, what they
-- have brought to date and are expected to bring, whom they have won, and how long they stay. Every stage
-- has its row. Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

customers as (
    select
        states.lifecycle_stage,
        states.stage_since_date,
        {{ dbt.datediff('states.stage_since_date', 'states.as_of_date', 'day') }} as stage_days,
        profits.order_count,
        profits.net_amount,
        profits.profit_contribution_amount,
        clv.clv_365d_amount,
        referrals.accepted_referral_count
    from {{ ref('lifecycle_state') }} as states
    inner join {{ ref('dim_customer') }} as customers
        on states.customer_key = customers.customer_key
    inner join {{ ref('customer_profitability') }} as profits
        on states.customer_key = profits.customer_key
    left join {{ ref('customer_clv') }} as clv on states.customer_key = clv.customer_key
    left join {{ ref('referral_value') }} as referrals
        on states.customer_key = referrals.customer_key
    where not customers.is_test
),

summed as (
    select
        lifecycle_stage,
        count(*) as customer_count,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount,
        sum(profit_contribution_amount) as profit_contribution_amount,
        count(profit_contribution_amount) as profit_known_count,
        sum(clv_365d_amount) as clv_365d_amount,
        count(clv_365d_amount) as clv_known_count,
        sum(accepted_referral_count) as accepted_referral_count,
        count(accepted_referral_count) as referral_known_count,
        sum(case when accepted_referral_count > 0 then 1 else 0 end) as referrer_count,
        count(stage_since_date) as dated_count,
        median(stage_days) as median_stage_days
    from customers
    group by lifecycle_stage
),

totals as (
    select sum(customer_count) as customer_count from summed
)

select
    stages.stage as lifecycle_stage,
    cast(stages.precedence as integer) as precedence,
    run_context.as_of_date,
    cast(coalesce(summed.customer_count, 0) as bigint) as customer_count,
    cast(coalesce(summed.customer_count, 0) as double) / nullif(totals.customer_count, 0)
        as customer_share_rate,
    cast(coalesce(summed.order_count, 0) as bigint) as order_count,
    cast(coalesce(summed.net_amount, 0) as decimal(18, 4)) as net_amount,
    cast(summed.profit_contribution_amount as decimal(18, 4)) as profit_contribution_amount,
    cast(coalesce(summed.profit_known_count, 0) as bigint) as profit_known_count,
    cast(summed.clv_365d_amount as decimal(18, 4)) as clv_365d_amount,
    cast(coalesce(summed.clv_known_count, 0) as bigint) as clv_known_count,
    case
        when summed.customer_count is null then 'nobody is in the stage'
        when summed.profit_known_count = 0 and summed.clv_known_count = 0
            then 'neither profit nor CLV of anybody in the stage is known'
        when summed.profit_known_count = 0 then 'the profit of nobody in the stage is known'
        when summed.clv_known_count = 0
            then 'nobody in the stage has a CLV: it needs a purchase and a model'
    end as value_reason,
    cast(summed.accepted_referral_count as bigint) as accepted_referral_count,
    cast(case when summed.referral_known_count > 0 then summed.referrer_count end as bigint)
        as referrer_count,
    case
        when summed.customer_count is null then 'nobody is in the stage'
        when summed.referral_known_count = 0 then 'no referrals are delivered'
    end as referral_reason,
    cast(coalesce(summed.dated_count, 0) as bigint) as dated_count,
    cast(summed.median_stage_days as double) as median_stage_days,
    case
        when summed.customer_count is null then 'nobody is in the stage'
        when summed.dated_count = 0 then 'all were in the stage when it was first remembered'
        when summed.dated_count < summed.customer_count
            then 'who was in the stage when it was first remembered is left out'
    end as stage_days_reason,
    run_context.currency_code
from {{ ref('lifecycle_stages') }} as stages
cross join run_context
cross join totals
left join summed on stages.stage = summed.lifecycle_stage
