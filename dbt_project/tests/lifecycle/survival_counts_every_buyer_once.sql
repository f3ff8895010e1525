-- Claim: the curves of all cohorts together, and that of all customers, hold every buyer once, test
-- customers apart: as ended or as last seen; and those who are lapsed or churned have ended. Fails with
-- the counts when not.
with
curves as (
    select
        cohort = 'all' as is_all,
        sum(ended_count + censored_count) as customer_count,
        sum(ended_count) as ended_count
    from {{ ref('survival_curve') }}
    where subject_kind = 'customers'
    group by cohort = 'all'
),

buyers as (
    select
        count(*) as customer_count,
        sum(case when states.lifecycle_stage in ('lapsed', 'churned') then 1 else 0 end) as silent_count
    from {{ ref('lifecycle_state') }} as states
    inner join {{ ref('dim_customer') }} as customers
        on states.customer_key = customers.customer_key
    where not customers.is_test and states.lifecycle_stage <> 'prospect'
)

select
    curves.is_all,
    curves.customer_count as customers_of_curves,
    curves.ended_count,
    buyers.customer_count as buyers,
    buyers.silent_count
from buyers
left join curves on true
where
    coalesce(curves.customer_count, 0) <> buyers.customer_count
    or coalesce(curves.ended_count, 0) < coalesce(buyers.silent_count, 0)
