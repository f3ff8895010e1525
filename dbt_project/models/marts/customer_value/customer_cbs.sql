-- One row per customer with at least one purchase occasion, at the as-of date: the customer by
-- sufficient statistics of the purchase and spend models. Integers are summed and divided once,
-- logarithms are rounded before they are summed, so that the same data gives the same bytes.
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
    cast(spaced.litt as decimal(18, 10)) as litt
from spaced
inner join ordered on spaced.customer_key = ordered.customer_key
cross join run_context
