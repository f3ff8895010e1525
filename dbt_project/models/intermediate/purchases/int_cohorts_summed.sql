-- One row per first-purchase month and month in which its customers had orders or return adjustments
-- (cohort_month, activity_month). What came before the first purchase is in the first month. Test
-- customers are left out.
with
buyers as (
    select
        customer_key,
        cast({{ dbt.date_trunc('month', 'purchase_date') }} as date) as cohort_month
    from {{ ref('int_purchase_occasions') }}
    where occasion_number = 1 and not is_test_customer
),

days as (
    select
        buyers.cohort_month,
        buyers.customer_key,
        greatest(
            cast({{ dbt.date_trunc('month', 'customer_days.purchase_date') }} as date),
            buyers.cohort_month
        ) as activity_month,
        customer_days.is_occasion,
        customer_days.order_count,
        customer_days.net_amount
    from {{ ref('int_customer_days_netted') }} as customer_days
    inner join buyers on customer_days.customer_key = buyers.customer_key
),

activity as (
    select
        cohort_month,
        activity_month,
        count(distinct case when is_occasion then customer_key end) as active_customer_count,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount
    from days
    group by cohort_month, activity_month
),

orders as (
    select
        buyers.cohort_month,
        greatest(
            cast({{ dbt.date_trunc('month', 'netted.purchase_date') }} as date), buyers.cohort_month
        ) as activity_month,
        netted.gross_margin_amount,
        netted.uncosted_line_count,
        netted.costed_line_count
    from {{ ref('int_orders_netted') }} as netted
    inner join buyers on netted.customer_key = buyers.customer_key
),

earned as (
    select
        cohort_month,
        activity_month,
        sum(gross_margin_amount) as gross_margin_amount,
        sum(uncosted_line_count) as uncosted_line_count,
        sum(costed_line_count) as costed_line_count
    from orders
    group by cohort_month, activity_month
)

select
    coalesce(activity.cohort_month, earned.cohort_month) as cohort_month,
    coalesce(activity.activity_month, earned.activity_month) as activity_month,
    cast(coalesce(activity.active_customer_count, 0) as bigint) as active_customer_count,
    cast(coalesce(activity.order_count, 0) as bigint) as order_count,
    cast(coalesce(activity.net_amount, 0) as decimal(18, 4)) as net_amount,
    cast(coalesce(earned.gross_margin_amount, 0) as decimal(18, 4)) as gross_margin_amount,
    cast(coalesce(earned.uncosted_line_count, 0) as bigint) as uncosted_line_count,
    cast(coalesce(earned.costed_line_count, 0) as bigint) as costed_line_count
from activity
full outer join earned
    on
        activity.cohort_month = earned.cohort_month
        and activity.activity_month = earned.activity_month
