-- Claim: every customer of the last closing is in the opening of exactly one customer of today, with
-- its value: merging moves value and makes none.
with
kept as (
    select
        count(*) as customer_count,
        coalesce(sum(total_amount), 0) as total_amount
    from {{ source('history', 'customer_value_opening') }}
),

followed as (
    select
        coalesce(sum(member_count), 0) as customer_count,
        coalesce(sum(coalesce(own_total_amount, 0) + merged_total_amount), 0) as total_amount
    from {{ ref('int_customers_value_opened') }}
)

select
    kept.customer_count,
    followed.customer_count as followed_customer_count,
    kept.total_amount,
    followed.total_amount as followed_total_amount
from kept
cross join followed
where
    kept.customer_count <> followed.customer_count
    or kept.total_amount <> followed.total_amount
