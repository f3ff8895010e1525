-- One row per period kind and period, from the first purchase to the as-of date: changes of
-- activity and buyers in the period. Customers become counts per pair of dates first, so that what
-- is joined to periods does not grow with the number of customers. Test customers are left out.
with
rules as (
    select max(case when rule = 'activity_window_days' then value end) as activity_window_days
    from {{ ref('lifecycle_rules') }}
),

period_days as (
    select * from {{ ref('int_periods_spanned') }}
),

changes as (
    select
        change_date,
        activity_change,
        return_date,
        count(*) as change_count
    from {{ ref('int_customers_activity_changed') }}
    group by change_date, activity_change, return_date
),

occasions as (
    select
        purchase_date,
        previous_purchase_date,
        count(*) as occasion_count
    from {{ ref('int_purchase_occasions') }}
    where not is_test_customer
    group by purchase_date, previous_purchase_date
),

changed as (
    select
        period_days.period_kind,
        period_days.period_start_date,
        sum(case when changes.activity_change = 'new' then changes.change_count else 0 end)
            as new_count,
        sum(case when changes.activity_change = 'resurrecting' then changes.change_count else 0 end)
            as resurrecting_count,
        sum(case when changes.activity_change = 'dormant' then changes.change_count else 0 end)
            as dormant_count,
        sum(case
            when changes.activity_change = 'dormant'
                and return_days.period_start_date = period_days.period_start_date
                then changes.change_count
            else 0
        end) as dormant_and_back_count
    from changes
    inner join period_days on changes.change_date = period_days.calendar_date
    left join period_days as return_days
        on
            changes.return_date = return_days.calendar_date
            and period_days.period_kind = return_days.period_kind
    group by period_days.period_kind, period_days.period_start_date
),

-- The first occasion of a customer in the period stands for the customer.
bought as (
    select
        period_days.period_kind,
        period_days.period_start_date,
        sum(occasions.occasion_count) as buyer_count,
        sum(case
            when {{ dbt.datediff(
                'occasions.previous_purchase_date', 'occasions.purchase_date', 'day'
            ) }} <= rules.activity_window_days then occasions.occasion_count
            else 0
        end) as returning_count
    from occasions
    cross join rules
    inner join period_days on occasions.purchase_date = period_days.calendar_date
    where
        occasions.previous_purchase_date is null
        or occasions.previous_purchase_date < period_days.period_start_date
    group by period_days.period_kind, period_days.period_start_date
),

periods as (
    select
        period_kind,
        period_start_date
    from period_days
    group by period_kind, period_start_date
)

select
    periods.period_kind,
    periods.period_start_date,
    cast(coalesce(changed.new_count, 0) as bigint) as new_count,
    cast(coalesce(changed.resurrecting_count, 0) as bigint) as resurrecting_count,
    cast(coalesce(changed.dormant_count, 0) as bigint) as dormant_count,
    cast(coalesce(changed.dormant_and_back_count, 0) as bigint) as dormant_and_back_count,
    cast(coalesce(bought.buyer_count, 0) as bigint) as buyer_count,
    cast(coalesce(bought.returning_count, 0) as bigint) as returning_count
from periods
left join changed
    on
        periods.period_kind = changed.period_kind
        and periods.period_start_date = changed.period_start_date
left join bought
    on
        periods.period_kind = bought.period_kind
        and periods.period_start_date = bought.period_start_date
