-- One row per first-purchase month and repurchase horizon: how many of the cohort are old enough,
-- how many of those bought again within the horizon, and how many are still too young. Test
-- customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

buyers as (
    select
        first_occasion.customer_key,
        first_occasion.first_purchase_date,
        cast({{ dbt.date_trunc('month', 'first_occasion.first_purchase_date') }} as date)
            as cohort_start_date,
        {{ dbt.datediff('first_occasion.first_purchase_date', 'run_context.as_of_date', 'day') }}
            as t_days,
        {{ dbt.datediff(
            'first_occasion.first_purchase_date', 'first_occasion.next_purchase_date', 'day'
        ) }} as second_after_days
    from {{ ref('int_purchase_occasions') }} as first_occasion
    cross join run_context
    where first_occasion.occasion_number = 1 and not first_occasion.is_test_customer
)

select
    buyers.cohort_start_date,
    horizons.horizon_days,
    min(buyers.first_purchase_date) as first_purchase_date,
    sum(case
        when buyers.t_days >= horizons.horizon_days
            and buyers.second_after_days <= horizons.horizon_days then 1
        else 0
    end) as repurchased_count,
    sum(case when buyers.t_days >= horizons.horizon_days then 1 else 0 end) as old_enough_count,
    sum(case when buyers.t_days < horizons.horizon_days then 1 else 0 end) as young_count
from buyers
cross join {{ ref('loyalty_horizons') }} as horizons
group by buyers.cohort_start_date, horizons.horizon_days
