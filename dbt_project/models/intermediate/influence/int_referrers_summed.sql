-- One row per customer who has made a referral (customer_key): the referrals, and the sums of what the
-- customer is credited with, each with the number of referees for which it is known.
with
made as (
    select
        referrer_key as customer_key,
        count(*) as referral_count,
        count(case when uncounted_reason is null then 1 end) as accepted_count,
        count(case when not is_incentivised then 1 end) as proactive_count,
        count(case when not is_incentivised and uncounted_reason is null then 1 end)
            as proactive_accepted_count,
        count(case when is_incentivised is null then 1 end) as unstated_count
    from {{ ref('int_referrals_classified') }}
    where referrer_key is not null
    group by referrer_key
),

credited as (
    select
        attributed.referrer_key as customer_key,
        count(attributed.referee_first_purchase_date) as buying_referee_count,
        sum(attributed.attribution_weight) as attributed_referee_count,
        sum(attributed.credited_margin_amount) as realised_amount,
        count(attributed.credited_margin_amount) as realised_known_count,
        count(attributed.realised_margin_reason) as realised_incomplete_count,
        sum(expected.credited_expected_margin_amount) as expected_amount,
        count(expected.credited_expected_margin_amount) as expected_known_count,
        sum(expected.credited_saved_cost_amount) as saved_amount,
        count(expected.credited_saved_cost_amount) as saved_known_count
    from {{ ref('int_referrals_attributed') }} as attributed
    inner join {{ ref('int_referrals_expected') }} as expected
        on
            attributed.referee_key = expected.referee_key
            and attributed.referrer_key = expected.referrer_key
    group by attributed.referrer_key
)

select
    made.customer_key,
    made.referral_count,
    made.accepted_count,
    made.proactive_count,
    made.proactive_accepted_count,
    made.unstated_count,
    coalesce(credited.buying_referee_count, 0) as buying_referee_count,
    cast(coalesce(credited.attributed_referee_count, 0) as decimal(18, 10))
        as attributed_referee_count,
    cast(credited.realised_amount as decimal(18, 4)) as realised_amount,
    coalesce(credited.realised_known_count, 0) as realised_known_count,
    coalesce(credited.realised_incomplete_count, 0) as realised_incomplete_count,
    cast(credited.expected_amount as decimal(18, 4)) as expected_amount,
    coalesce(credited.expected_known_count, 0) as expected_known_count,
    cast(credited.saved_amount as decimal(18, 4)) as saved_amount,
    coalesce(credited.saved_known_count, 0) as saved_known_count
from made
left join credited on made.customer_key = credited.customer_key
