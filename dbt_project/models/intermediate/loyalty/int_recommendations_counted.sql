-- One row per KPI of recommendation over the base: customers who have referred somebody among all, and
-- the willingness to recommend as the latest answer of each customer states it (E4). Test customers
-- are left out; recommending oneself is none.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

nps_scale as (
    select * from {{ ref('survey_scales') }}
    where kind = 'nps'
),

customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where not is_test and customer_kind <> 'unknown'
),

base as (
    select count(*) as customer_count from customers
),

referrals as (
    select
        count(*) as referral_count,
        count(distinct customers.customer_key) as referrer_count,
        min(referrals.referred_date) as first_referred_date
    from {{ ref('int_referrals_classified') }} as referrals
    left join customers
        on
            case
                when coalesce(referrals.uncounted_reason, 'none') <> 'self_referral'
                    then referrals.referrer_key
            end = customers.customer_key
),

answers as (
    select
        count(*) as answer_count,
        sum(score) as score_sum
    from {{ ref('int_survey_answers_segmented') }}
    where kind = 'nps' and segment_kind = 'all' and is_latest_of_customer
)

select
    'recommendation_rate' as kpi,
    'ever_referred' as variant,
    'all_history' as period_kind,
    coalesce(referrals.first_referred_date, run_context.as_of_date) as period_start_date,
    cast(null as integer) as horizon_days,
    'customers' as counted_unit,
    referrals.referrer_count as numerator,
    case when referrals.referral_count > 0 then base.customer_count else 0 end as denominator,
    case when referrals.referral_count > 0 then base.customer_count else 0 end
        as covered_customer_count,
    base.customer_count,
    case
        when base.customer_count = 0 then 'there is no customer'
        when referrals.referral_count = 0 then 'no referrals are delivered'
    end as rate_reason,
    cast(null as double) as mean_answer
from base
cross join referrals
cross join run_context
union all
select
    'recommendation_willingness' as kpi,
    'latest_answer' as variant,
    'last_days' as period_kind,
    cast(
        {{ dbt.dateadd('day', '1 - nps_scale.answer_valid_days', 'run_context.as_of_date') }} as date
    ) as period_start_date,
    nps_scale.answer_valid_days as horizon_days,
    'points of the scale' as counted_unit,
    coalesce(answers.score_sum, 0) as numerator,
    nps_scale.scale_max * answers.answer_count as denominator,
    answers.answer_count as covered_customer_count,
    base.customer_count,
    case when answers.answer_count = 0 then 'no customer has a valid answer to how likely it is' end
        as rate_reason,
    cast(answers.score_sum as double) / nullif(answers.answer_count, 0) as mean_answer
from base
cross join answers
cross join nps_scale
cross join run_context
