-- Claim: what the referrers of a referee are credited with is the margin that the referee's own value
-- holds, no more and no less: influence is that money seen from the other side and must not be added
-- to it (C13, C16). Fails on each referee whose credits are another amount.
with
margins as (
    select
        customer_key,
        sum(margin_amount) as margin_amount
    from {{ ref('fct_order_net') }}
    group by customer_key
),

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
    margins.margin_amount
from credits
left join margins on credits.referee_key = margins.customer_key
where
    credits.credited_margin_amount is null
    or credits.credited_margin_amount <> coalesce(margins.margin_amount, 0)
