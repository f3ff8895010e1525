-- Claim: the cohorts hold every buyer once, test customers apart, and their net amounts and margins are
-- those of the buyers in customer_value; everybody is active at age 0. Fails with both sides when not.
with
cohorts as (
    select
        sum(case when age_months = 0 then cohort_size else 0 end) as customer_count,
        sum(case when age_months = 0 then active_customer_count else 0 end) as active_count,
        sum(net_amount) as net_amount,
        sum(gross_margin_amount) as gross_margin_amount
    from {{ ref('cohort_retention') }}
),

buyers as (
    select
        count(*) as customer_count,
        sum(customer_values.net_amount) as net_amount,
        sum(customer_values.gross_margin_amount) as gross_margin_amount
    from {{ ref('customer_cbs') }} as statistics
    inner join {{ ref('dim_customer') }} as customers
        on statistics.customer_key = customers.customer_key
    inner join {{ ref('customer_value') }} as customer_values
        on statistics.customer_key = customer_values.customer_key
    where not customers.is_test
)

select
    cohorts.customer_count as customers_in_cohorts,
    cohorts.active_count as active_at_age_0,
    buyers.customer_count as buyers,
    cohorts.net_amount as net_amount_of_cohorts,
    buyers.net_amount as net_amount_of_buyers,
    cohorts.gross_margin_amount as margin_of_cohorts,
    buyers.gross_margin_amount as margin_of_buyers
from cohorts
cross join buyers
where
    coalesce(cohorts.customer_count, 0) <> buyers.customer_count
    or coalesce(cohorts.active_count, 0) <> buyers.customer_count
    or coalesce(cohorts.net_amount, 0) <> coalesce(buyers.net_amount, 0)
    or coalesce(cohorts.gross_margin_amount, 0) <> coalesce(buyers.gross_margin_amount, 0)
