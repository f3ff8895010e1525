-- Claim: over the channels, the months together and the row 'all' hold every buyer and all of the CLV
-- of the base (B27). Fails on each of the two that differs.
with
base as (
    select
        count(*) as customer_count,
        coalesce(sum(clv.clv_365d_amount), 0) as clv_amount
    from {{ ref('customer_clv') }} as clv
    inner join {{ ref('dim_customer') }} as customers
        on clv.customer_key = customers.customer_key
    where not customers.is_test
),

channels as (
    select
        cohort = 'all' as is_all,
        sum(new_customer_count) as customer_count,
        coalesce(sum(total_clv_amount), 0) as clv_amount
    from {{ ref('acquisition_channel_value') }}
    group by cohort = 'all'
)

select
    channels.is_all,
    base.customer_count as expected_customer_count,
    channels.customer_count as observed_customer_count,
    base.clv_amount as expected_clv_amount,
    channels.clv_amount as observed_clv_amount
from channels
cross join base
where
    channels.customer_count <> base.customer_count
    or channels.clv_amount <> base.clv_amount
