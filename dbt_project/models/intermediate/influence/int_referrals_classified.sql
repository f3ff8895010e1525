-- One row per referral (referral_id) made up to the as-of date: who brought whom, and why it is not
-- credited where it is not. The first reason that applies is given; a null reason is a credit.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

window_rule as (
    select cast(value as integer) as window_days
    from {{ ref('influence_rules') }}
    where rule = 'referral_window_days'
),

records as (
    select
        bridge.source_system,
        bridge.customer_id,
        bridge.customer_key,
        customers.is_test
    from {{ ref('bridge_customer_identity') }} as bridge
    inner join {{ ref('dim_customer') }} as customers
        on bridge.customer_key = customers.customer_key
),

first_purchases as (
    select
        customer_key,
        purchase_date as first_purchase_date
    from {{ ref('int_purchase_occasions') }}
    where occasion_number = 1
),

resolved as (
    select
        referrals.referral_id,
        referrals.at as referred_at,
        {{ business_date('referrals.at', 'run_context.business_time_zone') }} as referred_date,
        referrers.customer_key as referrer_key,
        referees.customer_key as referee_key,
        referrals.referee_id,
        referrals.incentivised as is_incentivised,
        coalesce(referrers.is_test, false) or coalesce(referees.is_test, false) as is_test
    from {{ ref('stg_crm__referrals') }} as referrals
    cross join run_context
    left join records as referrers
        on
            referrals.source_system = referrers.source_system
            and referrals.referrer_id = referrers.customer_id
    left join records as referees
        on
            referrals.source_system = referees.source_system
            and referrals.referee_id = referees.customer_id
    where referrals.at < run_context.as_of_end_at
),

-- Whoever has referred is no newcomer and cannot be brought afterwards: the referrals of a circle
-- cannot each precede the next, so that no circle is credited, however long.
first_referrals as (
    select
        referrer_key,
        min(referred_at) as first_referred_at
    from resolved
    where referrer_key is not null
    group by referrer_key
),

checked as (
    select
        resolved.*,
        first_purchases.first_purchase_date,
        case
            when resolved.referrer_key is null then 'referrer_unresolved'
            when resolved.referee_id is null then 'no_referee'
            when resolved.referee_key is null then 'referee_unresolved'
            when resolved.is_test then 'test_account'
            when resolved.referrer_key = resolved.referee_key then 'self_referral'
            when first_referrals.first_referred_at <= resolved.referred_at
                then 'referee_referred_before'
            when first_purchases.first_purchase_date < resolved.referred_date
                then 'referee_bought_before'
            when
                first_purchases.first_purchase_date
                >= {{ dbt.dateadd('day', 'window_rule.window_days', 'resolved.referred_date') }}
                then 'window_passed'
        end as first_reason
    from resolved
    cross join window_rule
    left join first_referrals on resolved.referee_key = first_referrals.referrer_key
    left join first_purchases on resolved.referee_key = first_purchases.customer_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by referrer_key, referee_key, first_reason
            order by referred_at, referral_id
        ) as pair_rank
    from checked
)

select
    referral_id,
    referred_at,
    referred_date,
    referrer_key,
    referee_key,
    is_incentivised,
    first_purchase_date as referee_first_purchase_date,
    case
        when first_reason is null and pair_rank > 1 then 'repeated'
        else first_reason
    end as uncounted_reason
from ranked
