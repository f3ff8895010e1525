-- Claim: what the referrers of a referee are credited with is the profit that the referee's own value
-- holds, no more and no less: influence is that money seen from the other side and must not be added
-- to it (C13, C16). Fails on each referee whose credits are another amount.
with
credits as (
    select
        referee_key,
        sum(credited_margin_amount) as credited_margin_amount
    from {{ ref('int_referrals_attributed') }}
    where realised_margin_amount is not null
    group by referee_key
)

select
    credits.referee_key,
    credits.credited_margin_amount,
    profits.profit_contribution_amount
from credits
left join {{ ref('customer_profitability') }} as profits
    on credits.referee_key = profits.customer_key
where
    credits.credited_margin_amount is null
    or credits.credited_margin_amount <> coalesce(profits.profit_contribution_amount, 0)
