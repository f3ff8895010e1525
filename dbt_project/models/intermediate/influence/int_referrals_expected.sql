-- One row per credited referee and referrer (referee_key, referrer_key): what the referrer is credited
-- with of the referee's expected margin and of the cost of winning the referee (C12). Of a margin the
-- part counts that would not have come without the referral, of the cost the part that would have
-- come anyway and need not be won by advertising (Kumar, Petersen & Leone 2007).
with
rules as (
    select
        max(case when rule = 'join_anyway_share_incentivised' then value end) as share_incentivised,
        max(case when rule = 'join_anyway_share_proactive' then value end) as share_proactive,
        max(case when rule = 'join_anyway_share_unstated' then value end) as share_unstated
    from {{ ref('influence_rules') }}
),

joined as (
    select
        attributed.referee_key,
        attributed.referrer_key,
        attributed.attribution_weight,
        case
            when attributed.is_incentivised then rules.share_incentivised
            when not attributed.is_incentivised then rules.share_proactive
            else rules.share_unstated
        end as join_anyway_share,
        attributed.referee_first_purchase_date is not null as has_bought,
        clv.clv_365d_amount as expected_margin_amount,
        costs.cost_per_new_customer_amount
    from {{ ref('int_referrals_attributed') }} as attributed
    cross join rules
    cross join {{ ref('int_acquisition_costed') }} as costs
    left join {{ ref('customer_clv') }} as clv
        on attributed.referee_key = clv.customer_key
)

select
    referee_key,
    referrer_key,
    attribution_weight,
    cast(join_anyway_share as decimal(18, 6)) as join_anyway_share,
    expected_margin_amount,
    cast(
        cast(expected_margin_amount * attribution_weight as decimal(28, 8))
        * cast(1 - join_anyway_share as decimal(7, 6)) as decimal(18, 4)
    ) as credited_expected_margin_amount,
    cast(
        case
            when has_bought
                then
                    cast(cost_per_new_customer_amount * attribution_weight as decimal(28, 8))
                    * cast(join_anyway_share as decimal(7, 6))
            else 0
        end as decimal(18, 4)
    ) as credited_saved_cost_amount
from joined
