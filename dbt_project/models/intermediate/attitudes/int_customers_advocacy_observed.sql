-- One row per customer of dim_customer but the unknown member (customer_key): what loyalty shows towards
-- others, as raw figures, each with the reason where it is not known. Nothing done is a known zero where
-- the firm delivers such events at all. Referrals are counted here and not read from referral_value,
-- which waits for the value models.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as integer) as window_days
    from {{ ref('loyalty_rules') }}
    where rule = 'loyalty_window_days'
),

contributed as (
    select
        customer_key,
        count(case when coalesce(uncounted_reason, 'counted') <> 'not_recommending' then 1 end)
            as contributions,
        cast(sum(rating) as double) / nullif(count(rating), 0) as review_rating
    from {{ ref('int_contributions_rated') }}
    where customer_key is not null and coalesce(uncounted_reason, 'counted') <> 'before_window'
    group by customer_key
),

referred as (
    select
        referrer_key as customer_key,
        count(case when uncounted_reason is null then 1 end) as referrals,
        cast(count(case when not is_incentivised then 1 end) as double)
        / nullif(count(is_incentivised), 0) as proactive_referrals
    from {{ ref('int_referrals_classified') }}
    where referrer_key is not null
    group by referrer_key
),

taken_part as (
    select
        identities.customer_key,
        count(*) as participation
    from {{ ref('stg_crm__interactions') }} as interactions
    cross join run_context
    cross join rules
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            interactions.source_system = identities.source_system
            and interactions.customer_id = identities.customer_id
    where
        interactions.kind in ('event', 'community')
        and interactions.direction = 'inbound'
        and interactions.at < run_context.as_of_end_at
        and {{ business_date('interactions.at', 'run_context.business_time_zone') }}
        > {{ dbt.dateadd('day', '-1 * rules.window_days', 'run_context.as_of_date') }}
    group by identities.customer_key
),

delivered as (
    select
        (select count(*) from {{ ref('stg_crm__ugc_items') }}) > 0 as has_contributions,
        (select count(*) from {{ ref('stg_crm__referrals') }}) > 0 as has_referrals,
        (select count(*) from {{ ref('stg_crm__interactions') }}) > 0 as has_interactions
)

select
    customers.customer_key,
    case when delivered.has_interactions then coalesce(taken_part.participation, 0) end
        as participation,
    case when not delivered.has_interactions then 'no contacts are delivered' end
        as participation_reason,
    case when delivered.has_referrals then coalesce(referred.referrals, 0) end as referrals,
    case when not delivered.has_referrals then 'no referrals are delivered' end as referrals_reason,
    referred.proactive_referrals,
    case
        when not delivered.has_referrals then 'no referrals are delivered'
        when referred.customer_key is null then 'the customer has referred nobody'
        when referred.proactive_referrals is null
            then 'no referral says whether a reward was promised'
    end as proactive_referrals_reason,
    case when delivered.has_contributions then coalesce(contributed.contributions, 0) end
        as contributions,
    case when not delivered.has_contributions then 'no contributions are delivered' end
        as contributions_reason,
    contributed.review_rating,
    case
        when not delivered.has_contributions then 'no contributions are delivered'
        when contributed.review_rating is null then 'the customer has rated nothing in the window'
    end as review_rating_reason
from {{ ref('dim_customer') }} as customers
cross join delivered
left join contributed on customers.customer_key = contributed.customer_key
left join referred on customers.customer_key = referred.customer_key
left join taken_part on customers.customer_key = taken_part.customer_key
where customers.customer_kind <> 'unknown'
