-- One row per first-purchase month and month in which its customers had orders or return adjustments
-- (cohort_month, activity_month). What came before the first purchase is in the first month. Test
-- customers are left out.
with
occasions as (
    select
        cast({{ dbt.date_trunc('month', 'first_purchase_date') }} as date) as cohort_month,
        cast({{ dbt.date_trunc('month', 'purchase_date') }} as date) as activity_month,
        cast({{ dbt.date_trunc('month', 'previous_purchase_date') }} as date) as previous_month
    from {{ ref('int_purchase_occasions') }}
    where not is_test_customer
),

-- The first occasion of a customer in the month stands for the customer.
activity as (
    select
        cohort_month,
        activity_month,
        count(*) as active_customer_count
    from occasions
    where previous_month is null or previous_month < activity_month
    group by cohort_month, activity_month
),

earned as (
    select
        cohort_start_date as cohort_month,
        greatest(month_start_date, cohort_start_date) as activity_month,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount,
        sum(gross_margin_amount) as gross_margin_amount,
        sum(uncosted_line_count) as uncosted_line_count,
        sum(costed_line_count) as costed_line_count
    from {{ ref('int_customer_months_netted') }}
    where not is_test_customer
    group by cohort_start_date, greatest(month_start_date, cohort_start_date)
)

select
    earned.cohort_month,
    earned.activity_month,
    cast(coalesce(activity.active_customer_count, 0) as bigint) as active_customer_count,
    cast(earned.order_count as bigint) as order_count,
    cast(earned.net_amount as decimal(18, 4)) as net_amount,
    cast(earned.gross_margin_amount as decimal(18, 4)) as gross_margin_amount,
    cast(earned.uncosted_line_count as bigint) as uncosted_line_count,
    cast(earned.costed_line_count as bigint) as costed_line_count
from earned
left join activity
    on
        earned.cohort_month = activity.cohort_month
        and earned.activity_month = activity.activity_month
