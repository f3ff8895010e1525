-- One row per referee and referrer (referee_key, referrer_key) that is credited. The referrers of a
-- referee have equal weights, cut to ten decimals; the first of them gets what cutting left over, so
-- that the weights of a referee sum to 1 and the credits to the referee's margin, exactly.
with
credited as (
    select
        *,
        count(*) over (partition by referee_key) as referrer_count,
        row_number() over (
            partition by referee_key order by referred_at, referral_id
        ) as referrer_rank
    from {{ ref('int_referrals_classified') }}
    where uncounted_reason is null
),

cut as (
    select
        *,
        cast(
            cast(floor(10000000000 / referrer_count) as decimal(12, 0))
            * cast(0.0000000001 as decimal(11, 10)) as decimal(12, 10)
        ) as cut_weight
    from credited
),

weighted as (
    select
        *,
        case
            when referrer_rank > 1 then cut_weight
            else cast(1 - (referrer_count - 1) * cut_weight as decimal(12, 10))
        end as attribution_weight
    from cut
),

earned as (
    select
        weighted.*,
        -- A referee without an order has brought nothing so far: that zero is known.
        case
            when margins.customer_key is null then cast(0 as decimal(18, 4))
            else margins.realised_margin_amount
        end as realised_margin_amount,
        margins.realised_margin_reason
    from weighted
    left join {{ ref('int_referees_earned') }} as margins
        on weighted.referee_key = margins.customer_key
),

rounded as (
    select
        *,
        cast(realised_margin_amount * attribution_weight as decimal(18, 4)) as rounded_credit
    from earned
)

select
    referee_key,
    referrer_key,
    referral_id,
    referred_date,
    is_incentivised,
    referee_first_purchase_date,
    cast(referrer_count as bigint) as referrer_count,
    cast(referrer_rank as bigint) as referrer_rank,
    attribution_weight,
    realised_margin_amount,
    realised_margin_reason,
    cast(
        case
            when referrer_rank > 1 then rounded_credit
            else
                realised_margin_amount + rounded_credit
                - sum(rounded_credit) over (partition by referee_key)
        end as decimal(18, 4)
    ) as credited_margin_amount
from rounded
