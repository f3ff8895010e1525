-- One row per first-purchase month and age in calendar months, up to the as-of date, months without
-- a purchase included. Net amounts hold return adjustments in their own month; those before the
-- first purchase (credit notes for purchases before the data began) are in age 0, so that the
-- cohorts add up to the net amount of all buyers. Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

buyers as (
    select
        customer_key,
        cast({{ dbt.date_trunc('month', 'purchase_date') }} as date) as cohort_month
    from {{ ref('int_purchase_occasions') }}
    where occasion_number = 1 and not is_test_customer
),

months as (
    select distinct period_start_date as activity_month
    from {{ ref('int_periods_spanned') }}
    where period_kind = 'month'
),

cohorts as (
    select
        cohort_month,
        count(*) as cohort_size
    from buyers
    group by cohort_month
),

customer_months as (
    select
        buyers.cohort_month,
        customer_days.customer_key,
        greatest(
            cast({{ dbt.date_trunc('month', 'customer_days.purchase_date') }} as date),
            buyers.cohort_month
        ) as activity_month,
        max(case when customer_days.is_occasion then 1 else 0 end) as is_active,
        sum(customer_days.order_count) as order_count,
        sum(customer_days.net_amount) as net_amount
    from {{ ref('int_customer_days_netted') }} as customer_days
    inner join buyers on customer_days.customer_key = buyers.customer_key
    group by 1, 2, 3
),

activity as (
    select
        cohort_month,
        activity_month,
        sum(is_active) as active_customer_count,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount
    from customer_months
    group by cohort_month, activity_month
),

triangle as (
    select
        cohorts.cohort_month,
        months.activity_month,
        cohorts.cohort_size,
        coalesce(activity.active_customer_count, 0) as active_customer_count,
        coalesce(activity.order_count, 0) as order_count,
        coalesce(activity.net_amount, 0) as net_amount
    from cohorts
    inner join months on cohorts.cohort_month <= months.activity_month
    left join activity
        on
            cohorts.cohort_month = activity.cohort_month
            and months.activity_month = activity.activity_month
)

select
    triangle.cohort_month,
    cast({{ calendar_months_between('triangle.cohort_month', 'triangle.activity_month') }}
        as integer) as age_months,
    triangle.activity_month,
    run_context.as_of_date,
    cast(triangle.cohort_size as bigint) as cohort_size,
    cast(triangle.active_customer_count as bigint) as active_customer_count,
    cast(triangle.active_customer_count as double) / triangle.cohort_size as retention_rate,
    cast(triangle.order_count as bigint) as order_count,
    cast(triangle.net_amount as decimal(18, 4)) as net_amount,
    cast(sum(triangle.net_amount) over (
        partition by triangle.cohort_month
        order by triangle.activity_month
        rows between unbounded preceding and current row
    ) as decimal(18, 4)) as cumulative_net_amount,
    run_context.currency_code,
    {{ is_running_period("'month'", 'triangle.activity_month', 'run_context.as_of_date') }}
        as is_partial
from triangle
cross join run_context
