-- Claim: equity is the sum of the customers' own CLV: influence, which is the CLV of referees seen from
-- their referrers, is not added to it (C16, C17). Fails when equity is another amount, such as one
-- with referral value in it.
with
equity as (
    select coalesce(sum(base_365d_amount), 0) as amount
    from {{ ref('customer_equity') }}
),

own as (
    select coalesce(sum(clv.clv_365d_amount), 0) as amount
    from {{ ref('customer_clv') }} as clv
    inner join {{ ref('dim_customer') }} as customers
        on clv.customer_key = customers.customer_key
    where not customers.is_test
)

select
    own.amount as expected,
    equity.amount as observed
from equity
cross join own
where equity.amount <> own.amount
