-- One row per customer, activity, cost line and business day (customer_key, activity, cost_line,
-- activity_date): volume x rate of the day; null where the firm has no rate of the activity (B13).
select
    counted.customer_key,
    counted.activity,
    counted.cost_line,
    counted.activity_date,
    counted.activity_count,
    rates.unit_cost_amount,
    cast(counted.activity_count * rates.unit_cost_amount as decimal(18, 4)) as cost_amount
from {{ ref('int_activities_counted') }} as counted
left join {{ ref('int_activity_rates_filled') }} as rates
    on
        counted.activity = rates.activity
        and counted.activity_date >= rates.valid_from_date
        and counted.activity_date < rates.valid_to_date
