-- One row per as-of date: how regularly the base buys (Wheat & Morrison 1990). M is the share of the
-- earlier of a customer's two latest intervals in their sum; if intervals are gamma distributed with
-- shape k, Var M = 1 / (4 (2k + 1)), hence k = (1 - 4 Var M) / (8 Var M). Test accounts are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

shares as (
    select earlier_interval_share as m
    from {{ ref('int_customers_habits_measured') }}
    where not is_test_customer and earlier_interval_share is not null
),

summed as (
    select
        count(*) as customer_count,
        sum(m) as m_sum,
        cast(sum(cast(m as decimal(19, 10)) * m) as decimal(38, 20)) as m_square_sum
    from shares
),

measured as (
    select
        customer_count,
        cast(m_sum as double) / nullif(customer_count, 0) as mean_m,
        (
            customer_count * cast(m_square_sum as double)
            - cast(m_sum as double) * cast(m_sum as double)
        ) / nullif(customer_count * (customer_count - 1), 0) as variance_m
    from summed
)

select
    run_context.as_of_date,
    cast(measured.customer_count as bigint) as customer_count,
    measured.mean_m,
    measured.variance_m,
    case
        when measured.variance_m > 0 and measured.variance_m < 0.25
            then (1 - 4 * measured.variance_m) / (8 * measured.variance_m)
    end as regularity_k,
    case
        when measured.customer_count < 2 then 'fewer than two customers with two intervals'
        when measured.variance_m <= 0 then 'all customers split their two intervals alike'
        when measured.variance_m >= 0.25 then 'intervals vary more than any gamma distribution'
    end as regularity_reason
from measured
cross join run_context
