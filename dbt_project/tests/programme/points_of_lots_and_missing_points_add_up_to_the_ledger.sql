-- Claim: counted from the extract again, member by member, the ledger gives what the lots were issued
-- and takes what left the lots and what found none: by kind where the lots tell the kind. Fails with
-- both sums.
with
ledger as (
    select
        ledger.member_id,
        sum(case when ledger.points > 0 then ledger.points else 0 end) as given_points,
        sum(case when ledger.points < 0 then -ledger.points else 0 end) as taken_points,
        sum(case when ledger.points < 0 and ledger.kind = 'expire' then -ledger.points else 0 end)
            as expiry_points
    from {{ ref('stg_crm__loyalty_ledger') }} as ledger
    cross join {{ source('raw', 'run_context') }} as run_context
    where ledger.at < run_context.as_of_end_at
    group by ledger.member_id
)

select
    coalesce(ledger.member_id, balances.member_id) as member_id,
    ledger.given_points,
    balances.issued_points,
    ledger.taken_points,
    ledger.expiry_points,
    balances.expired_points + balances.overexpired_points as of_expiry_points
from ledger
full outer join {{ ref('points_balance') }} as balances on ledger.member_id = balances.member_id
where
    coalesce(ledger.given_points, 0) <> coalesce(balances.issued_points, 0)
    or coalesce(ledger.expiry_points, 0)
    <> coalesce(balances.expired_points + balances.overexpired_points, 0)
    or coalesce(ledger.taken_points, 0)
    <> coalesce(
        balances.redeemed_points + balances.expired_points + balances.reversed_points
        + balances.adjusted_down_points + balances.debt_points + balances.overexpired_points,
        0
    )
