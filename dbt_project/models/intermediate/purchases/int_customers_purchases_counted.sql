-- One row per customer with at least one purchase occasion: what its occasions tell, whatever the
-- as-of date. A customer's row stays as it is until the customer buys or returns something.
with
rules as (
    select
        max(case when rule = 'overdue_min_intervals' then value end) as overdue_min_intervals,
        max(case when rule = 'churned_after_days' then value end) as churned_after_days
    from {{ ref('lifecycle_rules') }}
),

-- An interval above the churn threshold means that the customer was churned at the end of some day
-- in it. Nine in ten of the own intervals are as long as the usual one or shorter.
counted as (
    select
        occasions.customer_key,
        bool_or(occasions.is_test_customer) as is_test_customer,
        count(*) as occasion_count,
        count(*) - 1 as x,
        min(occasions.purchase_date) as first_purchase_date,
        max(occasions.purchase_date) as last_purchase_date,
        sum(case when occasions.occasion_number > 1 and occasions.net_amount > 0 then 1 else 0 end)
            as positive_repeat_day_count,
        sum(case
            when occasions.occasion_number > 1 and occasions.net_amount > 0
                then occasions.net_amount
        end) as positive_repeat_amount,
        sum(occasions.interval_days) as interval_sum,
        sum(occasions.interval_days * occasions.interval_days) as interval_square_sum,
        median(occasions.interval_days) as itt_median_days,
        sum(cast(ln(cast(occasions.interval_days as double)) as decimal(18, 10))) as litt,
        case
            when count(occasions.interval_days) >= max(rules.overdue_min_intervals)
                then {{ quantile_discrete('occasions.interval_days', 0.9) }}
        end as usual_interval_days,
        max(case
            when occasions.interval_days > rules.churned_after_days then occasions.purchase_date
        end) as won_back_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join rules
    group by occasions.customer_key
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
)

select
    spaced.customer_key,
    spaced.is_test_customer,
    spaced.first_purchase_date,
    spaced.last_purchase_date,
    cast(spaced.occasion_count as bigint) as occasion_count,
    orders.order_count,
    orders.valid_net_amount as net_amount,
    cast(spaced.x as bigint) as x,
    cast(spaced.t_x_days as bigint) as t_x_days,
    cast(spaced.positive_repeat_day_count as bigint) as positive_repeat_day_count,
    cast(
        cast(spaced.positive_repeat_amount as double) / nullif(spaced.positive_repeat_day_count, 0)
        as decimal(18, 4)
    ) as z_bar_amount,
    spaced.itt_mean_days,
    cast(spaced.itt_median_days as double) as itt_median_days,
    sqrt(spaced.itt_variance) as itt_sd_days,
    sqrt(spaced.itt_variance) / spaced.itt_mean_days as itt_cv,
    cast(spaced.litt as decimal(18, 10)) as litt,
    1 / (1 + sqrt(spaced.itt_variance) / spaced.itt_mean_days) as interval_stability_rate,
    spaced.usual_interval_days,
    spaced.won_back_date,
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
    end as modal_hour_reason
from spaced
inner join {{ ref('int_customers_orders_summed') }} as orders
    on spaced.customer_key = orders.customer_key
inner join {{ ref('int_customers_habits_measured') }} as habits
    on spaced.customer_key = habits.customer_key
