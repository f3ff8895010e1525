-- One row per customer with at least one purchase occasion, at the as-of date: the customer by
-- sufficient statistics of the purchase and spend models, all of them sums of exact numbers.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

occasions as (
    select * from {{ ref('int_purchase_occasions') }}
),

ordered as (
    select
        customer_key,
        sum(order_count) as order_count
    from {{ ref('int_customer_days_netted') }}
    group by customer_key
),

counted as (
    select
        customer_key,
        count(*) as occasion_count,
        count(*) - 1 as x,
        min(purchase_date) as first_purchase_date,
        max(purchase_date) as last_purchase_date,
        sum(case when occasion_number > 1 and net_amount > 0 then 1 else 0 end)
            as positive_repeat_day_count,
        sum(case when occasion_number > 1 and net_amount > 0 then net_amount end)
            as positive_repeat_amount,
        sum(interval_days) as interval_sum,
        sum(interval_days * interval_days) as interval_square_sum,
        median(interval_days) as itt_median_days,
        sum(cast(ln(cast(interval_days as double)) as decimal(18, 10))) as litt
    from occasions
    group by customer_key
),

spaced as (
    select
        *,
        {{ dbt.datediff('first_purchase_date', 'last_purchase_date', 'day') }} as t_x_days,
        cast(interval_sum as double) / nullif(x, 0) as itt_mean_days,
        -- (x * sum of squares - square of sum) / (x * (x - 1)) over x intervals; null below two
        cast(x * interval_square_sum - interval_sum * interval_sum as double)
        / nullif(x * (x - 1), 0) as itt_variance
    from counted
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
    spaced.customer_key,
    run_context.as_of_date,
    spaced.first_purchase_date,
    spaced.last_purchase_date,
    cast(spaced.occasion_count as bigint) as occasion_count,
    cast(ordered.order_count as bigint) as order_count,
    cast(spaced.x as bigint) as x,
    cast(spaced.t_x_days as bigint) as t_x_days,
    cast(
        {{ dbt.datediff('spaced.first_purchase_date', 'run_context.as_of_date', 'day') }}
        as bigint
    ) as t_days,
    cast(
        {{ dbt.datediff('spaced.last_purchase_date', 'run_context.as_of_date', 'day') }}
        as bigint
    ) as days_since_last_order,
    cast(spaced.positive_repeat_day_count as bigint) as positive_repeat_day_count,
    cast(
        cast(spaced.positive_repeat_amount as double) / nullif(spaced.positive_repeat_day_count, 0)
        as decimal(18, 4)
    ) as z_bar_amount,
    run_context.currency_code,
    spaced.itt_mean_days,
    cast(spaced.itt_median_days as double) as itt_median_days,
    sqrt(spaced.itt_variance) as itt_sd_days,
    sqrt(spaced.itt_variance) / spaced.itt_mean_days as itt_cv,
    cast(spaced.litt as decimal(18, 10)) as litt,
    1 / (1 + sqrt(spaced.itt_variance) / spaced.itt_mean_days) as interval_stability_rate,
    case when spaced.x >= 2 then habits.modal_weekday end as modal_weekday,
    case when spaced.x >= 2 then cast(habits.modal_weekday_count as double) / (spaced.x + 1) end
        as modal_weekday_share_rate,
    case when spaced.x >= 2 then habits.modal_hour end as modal_hour,
    case when spaced.x >= 2 then cast(habits.modal_hour_count as double) / habits.timed_order_count end
        as modal_hour_share_rate,
    case when spaced.x >= 2 then habits.modal_interval_weeks end as modal_interval_weeks,
    case when spaced.x >= 2 then cast(habits.modal_interval_count as double) / spaced.x end
        as modal_interval_share_rate,
    case when spaced.x < 2 then 'fewer than three purchase occasions' end as regularity_reason,
    case
        when spaced.x < 2 then 'fewer than three purchase occasions'
        when habits.timed_order_count = 0 then 'no order tells its time'
    end as modal_hour_reason,
    monthly.month_count as spend_month_count,
    case
        when monthly.month_count >= 3 and monthly.spend_mean > 0
            then sqrt(greatest(monthly.spend_variance, 0)) / monthly.spend_mean
    end as monthly_spend_cv,
    case
        when monthly.month_count < 3 then 'fewer than three complete months'
        when monthly.spend_mean <= 0 then 'no spend in the months that count'
    end as monthly_spend_reason
from spaced
inner join ordered on spaced.customer_key = ordered.customer_key
inner join {{ ref('int_customers_habits_measured') }} as habits
    on spaced.customer_key = habits.customer_key
inner join monthly on spaced.customer_key = monthly.customer_key
cross join run_context
