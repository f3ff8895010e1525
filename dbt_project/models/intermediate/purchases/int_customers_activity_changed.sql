-- One row per customer, day and change of activity: new, resurrecting or dormant. A customer is
-- active on a day when the last activity_window_days, that day included, hold an occasion. Who buys no
-- more will be dormant: that day may lie after the as-of date.
with
rules as (
    select max(case when rule = 'activity_window_days' then value end) as window_days
    from {{ ref('lifecycle_rules') }}
),

occasions as (
    select
        occasions.*,
        rules.window_days,
        cast({{ dbt.dateadd('day', 'rules.window_days', 'occasions.purchase_date') }} as date)
            as window_end_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join rules
    where not occasions.is_test_customer
),

beginnings as (
    select
        customer_key,
        purchase_date as change_date,
        case when occasion_number = 1 then 'new' else 'resurrecting' end as activity_change,
        cast(null as date) as return_date
    from occasions
    where occasion_number = 1 or interval_days > window_days
),

endings as (
    select
        customer_key,
        window_end_date as change_date,
        'dormant' as activity_change,
        next_purchase_date as return_date
    from occasions
    where next_purchase_date is null or next_purchase_date > window_end_date
)

select * from beginnings
union all
select * from endings
