-- One row per customer with a purchase occasion: the weekday, the hour and the interval it buys at most
-- often, and the split of its two latest intervals.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

occasions as (
    select
        *,
        -- Monday 1 to Sunday 7, counted from a Monday: engines number weekdays differently.
        mod({{ dbt.datediff("cast('1900-01-01' as date)", 'purchase_date', 'day') }}, 7) + 1
            as weekday,
        lag(interval_days) over (partition by customer_key order by purchase_date)
            as previous_interval_days
    from {{ ref('int_purchase_occasions') }}
),

weekdays as (
    select
        customer_key,
        weekday,
        count(*) as occasion_count,
        row_number() over (partition by customer_key order by count(*) desc, weekday) as place
    from occasions
    group by customer_key, weekday
),

-- An order at midnight UTC sharp comes from a source that tells the day alone.
timed as (
    select
        orders.customer_key,
        {{ business_hour('orders.ordered_at', 'run_context.business_time_zone') }} as hour_of_day
    from {{ ref('int_orders_netted') }} as orders
    cross join run_context
    inner join occasions
        on
            orders.customer_key = occasions.customer_key
            and orders.purchase_date = occasions.purchase_date
    where
        orders.is_purchase
        and orders.ordered_at <> {{ dbt.date_trunc('day', 'orders.ordered_at') }}
),

hours as (
    select
        customer_key,
        hour_of_day,
        count(*) as order_count,
        sum(count(*)) over (partition by customer_key) as timed_order_count,
        row_number() over (partition by customer_key order by count(*) desc, hour_of_day) as place
    from timed
    group by customer_key, hour_of_day
),

-- To the nearest whole week; days are whole, so nothing lies halfway.
rounded as (
    select
        customer_key,
        cast(floor(cast(interval_days + 3 as double) / 7) as bigint) as interval_weeks
    from occasions
    where interval_days is not null
),

intervals as (
    select
        customer_key,
        interval_weeks,
        count(*) as interval_count,
        row_number() over (partition by customer_key order by count(*) desc, interval_weeks)
            as place
    from rounded
    group by customer_key, interval_weeks
),

latest as (
    select
        customer_key,
        is_test_customer,
        interval_days,
        previous_interval_days
    from occasions
    where next_purchase_date is null
)

select
    latest.customer_key,
    latest.is_test_customer,
    cast(weekdays.weekday as integer) as modal_weekday,
    cast(weekdays.occasion_count as bigint) as modal_weekday_count,
    cast(hours.hour_of_day as integer) as modal_hour,
    cast(hours.order_count as bigint) as modal_hour_count,
    cast(coalesce(hours.timed_order_count, 0) as bigint) as timed_order_count,
    intervals.interval_weeks as modal_interval_weeks,
    cast(intervals.interval_count as bigint) as modal_interval_count,
    cast(
        cast(latest.previous_interval_days as double)
        / (latest.previous_interval_days + latest.interval_days)
        as decimal(18, 10)
    ) as earlier_interval_share
from latest
inner join weekdays
    on latest.customer_key = weekdays.customer_key and weekdays.place = 1
left join hours
    on latest.customer_key = hours.customer_key and hours.place = 1
left join intervals
    on latest.customer_key = intervals.customer_key and intervals.place = 1
