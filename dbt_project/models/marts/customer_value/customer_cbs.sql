-- One row per customer with at least one purchase occasion, at the as-of date: the customer by
-- sufficient statistics of the purchase and spend models, all of them sums of exact numbers.
{%- set habits = [
    'modal_weekday', 'modal_weekday_share_rate', 'modal_hour', 'modal_hour_share_rate',
    'modal_interval_weeks', 'modal_interval_share_rate', 'regularity_reason', 'modal_hour_reason',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- Mean and variance over the months of the trend window; a mean of 0 or less has no variation.
monthly as (
    select
        customer_key,
        month_count,
        cast(spend_sum as double) / nullif(month_count, 0) as spend_mean,
        (
            month_count * cast(spend_square_sum as double)
            - cast(spend_sum as double) * cast(spend_sum as double)
        ) / nullif(month_count * (month_count - 1), 0) as spend_variance
    from {{ ref('int_customers_monthly_spend_summed') }}
)

select
    purchases.customer_key,
    run_context.as_of_date,
    purchases.first_purchase_date,
    purchases.last_purchase_date,
    purchases.occasion_count,
    purchases.order_count,
    purchases.x,
    purchases.t_x_days,
    cast(
        {{ dbt.datediff('purchases.first_purchase_date', 'run_context.as_of_date', 'day') }}
        as bigint
    ) as t_days,
    cast(
        {{ dbt.datediff('purchases.last_purchase_date', 'run_context.as_of_date', 'day') }}
        as bigint
    ) as days_since_last_order,
    purchases.positive_repeat_day_count,
    purchases.z_bar_amount,
    run_context.currency_code,
    purchases.itt_mean_days,
    purchases.itt_median_days,
    purchases.itt_sd_days,
    purchases.itt_cv,
    purchases.litt,
    purchases.interval_stability_rate,
    {%- for habit in habits %}
    purchases.{{ habit }},
    {%- endfor %}
    monthly.month_count as spend_month_count,
    case
        when monthly.month_count >= 3 and monthly.spend_mean > 0
            then sqrt(greatest(monthly.spend_variance, 0)) / monthly.spend_mean
    end as monthly_spend_cv,
    case
        when monthly.month_count < 3 then 'fewer than three complete months'
        when monthly.spend_mean <= 0 then 'no spend in the months that count'
    end as monthly_spend_reason
from {{ ref('int_customers_purchases_counted') }} as purchases
inner join monthly on purchases.customer_key = monthly.customer_key
cross join run_context
