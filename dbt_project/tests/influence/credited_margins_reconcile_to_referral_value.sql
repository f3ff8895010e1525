-- Claim: what the referrers are credited with together is the realised margin of the referees they
-- brought, once (C13): influence is that margin and no further money. Fails when the two differ.
with
credited as (
    select coalesce(sum(established_influence_amount), 0) as amount
    from {{ ref('referral_value') }}
),

earned as (
    select coalesce(sum(realised_margin_amount), 0) as amount
    from {{ ref('int_referrals_attributed') }}
    where referrer_rank = 1
)

select
    earned.amount as expected,
    credited.amount as observed
from credited
cross join earned
where credited.amount <> earned.amount
