-- One row per customer with a purchase occasion, at the as-of date: whether its spend grows or falls,
-- by the last trend window against the one before, and by a straight line through its complete
-- calendar months.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(max(case when rule = 'trend_window_days' then value end) as bigint) as window_days
    from {{ ref('behaviour_rules') }}
),

aged as (
    select
        customer_days.customer_key,
        customer_days.net_amount,
        customer_days.is_occasion,
        {{ dbt.datediff('customer_days.purchase_date', 'run_context.as_of_date', 'day') }}
            as age_days,
        rules.window_days
    from {{ ref('int_customer_days_netted') }} as customer_days
    cross join run_context
    cross join rules
),

windows as (
    select
        customer_key,
        sum(case when age_days < window_days then net_amount else 0 end) as recent_amount,
        sum(case
            when age_days >= window_days and age_days < 2 * window_days then net_amount
            else 0
        end) as prior_amount,
        sum(case when age_days < 2 * window_days then cast(net_amount as decimal(19, 4)) * net_amount else 0 end)
            as amount_square_sum,
        max(case when is_occasion then age_days end) >= max(window_days) as is_older_than_window
    from aged
    group by customer_key
),

-- n months at ages n to 1: with time = -age, Sxx = n (n^2 - 1) / 12 and
-- Sxy = (n + 1) / 2 * sum(y) - sum(age * y).
moments as (
    select
        customer_key,
        month_count,
        cast(spend_sum as double) / nullif(month_count, 0) as spend_mean,
        cast(month_count * (month_count * month_count - 1) as double) / 12 as sxx,
        cast((month_count + 1) * cast(spend_sum as double) / 2 as double)
        - cast(spend_age_sum as double) as sxy,
        cast(spend_square_sum as double)
        - cast(spend_sum as double) * cast(spend_sum as double) / nullif(month_count, 0) as syy
    from {{ ref('int_customers_monthly_spend_summed') }}
),

fitted as (
    select
        *,
        sxy / nullif(sxx, 0) as slope,
        syy - sxy * sxy / nullif(sxx, 0) as residual_sum
    from moments
)

select
    windows.customer_key,
    run_context.as_of_date,
    cast(windows.recent_amount as decimal(18, 4)) as recent_net_amount,
    cast(windows.prior_amount as decimal(18, 4)) as prior_net_amount,
    case
        when windows.is_older_than_window and windows.recent_amount > -1
            and windows.prior_amount > -1
            then ln(
                    cast(windows.recent_amount + 1 as double) / cast(windows.prior_amount + 1 as double)
                )
    end as spend_trend_log_ratio,
    case
        when not windows.is_older_than_window then 'first purchase within the recent window'
        when windows.recent_amount <= -1 or windows.prior_amount <= -1
            then 'returns exceed purchases in a window'
    end as spend_trend_reason,
    case
        when windows.is_older_than_window
            then cast(windows.recent_amount - windows.prior_amount as double)
                / sqrt(nullif(cast(windows.amount_square_sum as double), 0))
    end as spend_trend_z,
    fitted.month_count,
    cast(fitted.spend_mean as decimal(18, 4)) as mean_monthly_amount,
    case when fitted.month_count >= 3 then cast(fitted.slope as decimal(18, 4)) end
        as spend_slope_amount,
    -- Residuals below a billionth of the variation are the rounding of a perfect fit.
    case
        when fitted.month_count >= 3 and fitted.residual_sum > 1e-9 * fitted.syy
            then fitted.slope / sqrt(fitted.residual_sum / (fitted.month_count - 2) / fitted.sxx)
    end as spend_slope_t,
    case
        when fitted.month_count < 3 then 'fewer than three complete months'
        when fitted.syy <= 0 then 'spend is the same in every month: slope 0 without error'
        when fitted.residual_sum <= 1e-9 * fitted.syy
            then 'spend lies on a straight line: slope without error'
    end as spend_slope_reason,
    run_context.currency_code
from windows
inner join fitted on windows.customer_key = fitted.customer_key
cross join run_context
