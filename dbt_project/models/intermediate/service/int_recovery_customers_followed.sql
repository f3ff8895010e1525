-- One row per customer and start (customer_key, start_date) compared after a failure: who complained, at
-- the first complaint; and who had not, at each purchase in the same month and of the same number as a
-- complainer's, as long after it as complaints come. Do they buy again within recovery_window_days?
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'recovery_window_days' then value end) as window_days
    from {{ ref('service_rules') }}
),

complainers as (
    select * from {{ ref('int_complainers_followed') }}
),

first_complaints as (
    select
        customer_key,
        min(created_date) as complaint_date
    from {{ ref('int_tickets_measured') }}
    where is_complaint
    group by customer_key
),

usual_lag as (
    select {{ quantile_discrete('lag_days', 0.5) }} as lag_days
    from complainers
),

strata as (
    select distinct stratum
    from complainers
),

-- Every purchase may bring a complaint, so every purchase is compared: one for each customer would
-- leave out most of those who buy often, and who complain more often for it.
purchases as (
    select
        occasions.customer_key,
        occasions.next_purchase_date,
        {{ recovery_stratum('occasions.purchase_date', 'occasions.occasion_number') }} as stratum,
        cast({{ dbt.dateadd('day', 'usual_lag.lag_days', 'occasions.purchase_date') }} as date)
            as start_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join usual_lag
    where not occasions.is_test_customer
),

followed as (
    select
        customer_key,
        recovery_group,
        stratum,
        start_date,
        next_purchase_date
    from complainers
    union all
    select
        purchases.customer_key,
        'no_complaint' as recovery_group,
        purchases.stratum,
        purchases.start_date,
        purchases.next_purchase_date
    from purchases
    inner join strata on purchases.stratum = strata.stratum
    left join first_complaints on purchases.customer_key = first_complaints.customer_key
    where
        coalesce(first_complaints.complaint_date > purchases.start_date, true)
        and coalesce(purchases.next_purchase_date > purchases.start_date, true)
)

select
    followed.customer_key,
    followed.recovery_group,
    followed.stratum,
    followed.start_date,
    {{ dbt.datediff('followed.start_date', 'run_context.as_of_date', 'day') }} >= rules.window_days
        as is_old_enough,
    coalesce(
        {{ dbt.datediff('followed.start_date', 'followed.next_purchase_date', 'day') }}
        <= rules.window_days,
        false
    ) as is_repurchased
from followed
cross join rules
cross join run_context
