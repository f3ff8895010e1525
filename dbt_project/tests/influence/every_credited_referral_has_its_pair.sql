-- Claim: the attributed pairs are the referrals without a reason against them: none lost, none added.
-- Fails on each referral that is in one of the two only.
select
    coalesce(classified.referral_id, attributed.referral_id) as referral_id,
    classified.uncounted_reason
from (
    select
        referral_id,
        uncounted_reason
    from {{ ref('int_referrals_classified') }}
    where uncounted_reason is null
) as classified
full outer join {{ ref('int_referrals_attributed') }} as attributed
    on classified.referral_id = attributed.referral_id
where classified.referral_id is null or attributed.referral_id is null
