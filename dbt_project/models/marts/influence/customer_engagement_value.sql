-- One row per customer of dim_customer but the unknown member, at the as-of date: what the customer
-- is worth by buying, by bringing others, by being heard and by telling the firm how to improve
-- (Kumar et al. 2010: CLV + CRV + CIV + CKV). Like referral value it is in no sum over the base.
with
joined as (
    select
        contributors.*,
        referrals.as_of_date,
        referrals.currency_code,
        clv.clv_365d_amount,
        case
            when clv.customer_key is null then 'the customer has not bought yet'
            else clv.clv_reason
        end as clv_reason,
        referrals.referral_value_amount,
        referrals.referral_value_reason
    from {{ ref('int_contributors_valued') }} as contributors
    inner join {{ ref('referral_value') }} as referrals
        on contributors.customer_key = referrals.customer_key
    left join {{ ref('customer_clv') }} as clv
        on contributors.customer_key = clv.customer_key
),

summed as (
    select
        *,
        case
            when referral_value_amount is not null or influencer_value_amount is not null
                then coalesce(referral_value_amount, 0) + coalesce(influencer_value_amount, 0)
        end as influence_amount,
        case
            when referral_value_amount is null and influencer_value_amount is null
                then 'neither referral nor influencer value is known'
            when referral_value_amount is null then 'influencer value only'
            when influencer_value_amount is null then 'referral value only'
            when referral_value_reason is not null or influencer_value_reason is not null
                then 'parts are left out: see referral_value_reason, influencer_value_reason'
        end as influence_reason
    from joined
)

select
    customer_key,
    as_of_date,
    cast(clv_365d_amount as decimal(18, 4)) as clv_365d_amount,
    clv_reason,
    referral_value_amount,
    referral_value_reason,
    contribution_count,
    reached_person_count,
    influencer_value_amount,
    influencer_value_reason,
    accepted_feedback_count,
    knowledge_value_amount,
    knowledge_value_reason,
    cast(influence_amount as decimal(18, 4)) as influence_amount,
    influence_reason,
    cast(
        clv_365d_amount + coalesce(influence_amount, 0) + coalesce(knowledge_value_amount, 0)
        as decimal(18, 4)
    ) as engagement_value_amount,
    case
        when clv_365d_amount is null then clv_reason
        when influence_reason is not null then influence_reason
        else knowledge_value_reason
    end as engagement_value_reason,
    currency_code
from summed
