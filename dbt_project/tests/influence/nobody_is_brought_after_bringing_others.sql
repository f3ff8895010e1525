-- Claim: no credited referee had referred before, so that nobody is, over however many steps, the
-- referrer of his own referrer. Fails on each pair that could close a circle.
select
    brought.referrer_key,
    brought.referee_key,
    brought.referred_at,
    made.referred_at as earlier_referral_at
from {{ ref('int_referrals_classified') }} as brought
inner join {{ ref('int_referrals_classified') }} as made
    on
        brought.referee_key = made.referrer_key
        and brought.referred_at >= made.referred_at
where brought.uncounted_reason is null
