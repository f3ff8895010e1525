-- One row per period kind (day, week from Monday, calendar month) and period, up to the as-of
-- date: opening + new + resurrecting - dormant = closing active customers, and the closing of a
-- period is the opening of the next. Built from changes of activity, never from customer x day.
-- Changes are counted gross: who goes dormant and returns within a period is in both counts.
-- Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'activity_window_days' then value end) as activity_window_days
    from {{ ref('lifecycle_rules') }}
),

period_days as (
    select * from {{ ref('int_periods_spanned') }}
),

-- Customers become counts per pair of dates first: what is joined to periods does not grow with
-- the number of customers.
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
            when {{ dbt.datediff('occasions.previous_purchase_date', 'occasions.purchase_date', 'day') }}
                <= rules.activity_window_days then occasions.occasion_count
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
    select period_kind, period_start_date
    from period_days
    group by period_kind, period_start_date
),

closed as (
    select
        periods.period_kind,
        periods.period_start_date,
        coalesce(changed.new_count, 0) as new_count,
        coalesce(changed.resurrecting_count, 0) as resurrecting_count,
        coalesce(changed.dormant_count, 0) as dormant_count,
        coalesce(changed.dormant_and_back_count, 0) as dormant_and_back_count,
        coalesce(bought.buyer_count, 0) as buyer_count,
        coalesce(bought.returning_count, 0) as returning_count,
        sum(
            coalesce(changed.new_count, 0) + coalesce(changed.resurrecting_count, 0)
            - coalesce(changed.dormant_count, 0)
        ) over (
            partition by periods.period_kind
            order by periods.period_start_date
            rows between unbounded preceding and current row
        ) as closing_count
    from periods
    left join changed
        on
            periods.period_kind = changed.period_kind
            and periods.period_start_date = changed.period_start_date
    left join bought
        on
            periods.period_kind = bought.period_kind
            and periods.period_start_date = bought.period_start_date
),

opened as (
    select
        *,
        lag(closing_count, 1, 0) over (
            partition by period_kind order by period_start_date
        ) as opening_count
    from closed
)

select
    opened.period_kind,
    opened.period_start_date,
    run_context.as_of_date,
    cast(rules.activity_window_days as integer) as activity_window_days,
    cast(opened.opening_count as bigint) as opening_count,
    cast(opened.new_count as bigint) as new_count,
    cast(opened.resurrecting_count as bigint) as resurrecting_count,
    cast(opened.dormant_count as bigint) as dormant_count,
    cast(opened.closing_count as bigint) as closing_count,
    cast(opened.buyer_count as bigint) as buyer_count,
    cast(opened.returning_count as bigint) as returning_count,
    cast(opened.opening_count - opened.dormant_count + opened.dormant_and_back_count as bigint)
        as retained_count,
    cast(opened.opening_count - opened.dormant_count + opened.dormant_and_back_count as double)
    / nullif(opened.opening_count, 0) as retention_rate,
    cast(opened.dormant_count - opened.dormant_and_back_count as double)
    / nullif(opened.opening_count, 0) as churn_rate,
    {{ is_running_period('opened.period_kind', 'opened.period_start_date', 'run_context.as_of_date') }}
        as is_partial
from opened
cross join rules
cross join run_context
