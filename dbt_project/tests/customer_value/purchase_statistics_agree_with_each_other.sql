-- Claim: of each customer x = occasions - 1, t_x + days since the last order = T, the mean interval
-- is t_x / x, and what needs two or three occasions is there exactly then. Fails on each customer
-- for whom one of these does not hold.
select customer_key
from {{ ref('customer_cbs') }}
where
    x <> occasion_count - 1
    or t_x_days + days_since_last_order <> t_days
    or days_since_last_order < 0
    or x > t_x_days
    or order_count < occasion_count
    or positive_repeat_day_count > x
    or (itt_mean_days is null) <> (x = 0)
    or (itt_median_days is null) <> (x = 0)
    or (litt is null) <> (x = 0)
    or (itt_sd_days is null) <> (x < 2)
    or (itt_cv is null) <> (x < 2)
    or (z_bar_amount is null) <> (positive_repeat_day_count = 0)
    or itt_mean_days <> cast(t_x_days as double) / x
