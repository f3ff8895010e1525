-- One row per kind of subject, cohort and tenure (subject_kind, cohort, tenure): how many were observed
-- up to that tenure, how many of them ended there and how many are only known to have lasted until then.
-- Customers: days from the first purchase to the day of the first lapse, or to the as-of date. Contracts:
-- terms that ran out, by length of the term. Test accounts are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as integer) as lapsed_after_days
    from {{ ref('lifecycle_rules') }}
    where rule = 'lapsed_after_days'
),

-- The last purchase before the first lapse: the next one came too late, or has not come in time.
customers as (
    select
        occasions.customer_key,
        min(occasions.first_purchase_date) as first_date,
        min(case
            when {{ dbt.datediff(
                'occasions.purchase_date',
                'coalesce(occasions.next_purchase_date, run_context.as_of_date)', 'day',
            ) }} >= rules.lapsed_after_days + case when occasions.next_purchase_date is null then 0 else 1 end
                then occasions.purchase_date
        end) as last_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join run_context
    cross join rules
    where not occasions.is_test_customer
    group by occasions.customer_key
),

lifetimes as (
    select
        substr(cast(customers.first_date as string), 1, 7) as cohort,
        customers.last_date is not null as is_ended,
        case
            when customers.last_date is not null
                then {{ dbt.datediff('customers.first_date', 'customers.last_date', 'day') }}
                    + rules.lapsed_after_days
            else {{ dbt.datediff('customers.first_date', 'run_context.as_of_date', 'day') }}
        end as tenure
    from customers
    cross join run_context
    cross join rules
),

cohorts as (
    select * from lifetimes
    union all
    select
        'all' as cohort,
        is_ended,
        tenure
    from lifetimes
),

counted as (
    select
        cohort,
        tenure,
        count(*) as observed_count,
        sum(case when is_ended then 1 else 0 end) as ended_count
    from cohorts
    group by cohort, tenure
)

select
    'customers' as subject_kind,
    cohort,
    cast(tenure as bigint) as tenure,
    cast(sum(observed_count) over (
        partition by cohort
        order by tenure desc
        rows between unbounded preceding and current row
    ) as bigint) as at_risk_count,
    cast(ended_count as bigint) as ended_count,
    cast(observed_count - ended_count as bigint) as censored_count
from counted
union all
-- Who has not yet reached the end of a term was last seen at the end of the term before. Where the first
-- terms of contracts are not delivered, more are at risk later than were left.
select
    'contracts' as subject_kind,
    scope as cohort,
    term_no as tenure,
    at_risk_count,
    lost_count as ended_count,
    cast(greatest(at_risk_count - lost_count - coalesce(lead(at_risk_count) over (
        partition by scope order by term_no
    ), 0), 0) as bigint) as censored_count
from {{ ref('int_contracts_counted') }}
where at_risk_count > 0
