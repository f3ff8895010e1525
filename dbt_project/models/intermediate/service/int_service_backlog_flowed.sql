-- One row per period and slice of cases (period_kind, period_start_date, ticket_dimension,
-- ticket_value), from the first case to the as-of date, days without cases included: how many were
-- created, reopened and resolved in it, and how many were open at its two ends. Cases of test
-- customers are left out.
with
slices as (
    {{ service_slices() }}
),

history as (
    select
        calendar_date,
        min(calendar_date) over () as history_start_date
    from {{ ref('int_service_days_opened') }}
),

cases as (
    select * from {{ ref('int_tickets_measured') }}
    where not is_test_customer
),

-- Counts per day first: what is spread over slices does not grow with the number of cases.
changes as (
    select
        changes.changed_date,
        cases.ticket_type,
        cases.ticket_category,
        changes.change,
        count(*) as change_count
    from {{ ref('int_ticket_changes_dated') }} as changes
    inner join cases on changes.ticket_id = cases.ticket_id
    group by changes.changed_date, cases.ticket_type, cases.ticket_category, changes.change
),

slice_values as (
    select distinct
        slices.ticket_dimension,
        {{ service_slice_value('slices.ticket_dimension', 'cases') }} as ticket_value
    from cases
    cross join slices
),

-- Every period of every slice with nothing in it, and what happened.
sliced as (
    select distinct
        slices.period_kind,
        {{ period_start(
            'slices.period_kind', 'history.calendar_date', 'history.history_start_date'
        ) }} as period_start_date,
        slices.ticket_dimension,
        slice_values.ticket_value,
        0 as created_count,
        0 as reopening_count,
        0 as resolution_count
    from history
    cross join slices
    inner join slice_values on slices.ticket_dimension = slice_values.ticket_dimension
    union all
    select
        slices.period_kind,
        {{ period_start(
            'slices.period_kind', 'changes.changed_date', 'history.history_start_date'
        ) }} as period_start_date,
        slices.ticket_dimension,
        {{ service_slice_value('slices.ticket_dimension', 'changes') }} as ticket_value,
        case when changes.change = 'created' then changes.change_count else 0 end as created_count,
        case when changes.change = 'reopened' then changes.change_count else 0 end
            as reopening_count,
        case when changes.change = 'resolved' then changes.change_count else 0 end
            as resolution_count
    from changes
    cross join slices
    inner join history on changes.changed_date = history.calendar_date
),

flows as (
    select
        period_kind,
        period_start_date,
        ticket_dimension,
        ticket_value,
        sum(created_count) as created_count,
        sum(reopening_count) as reopening_count,
        sum(resolution_count) as resolution_count
    from sliced
    group by period_kind, period_start_date, ticket_dimension, ticket_value
),

closed as (
    select
        *,
        sum(created_count + reopening_count - resolution_count) over (
            partition by period_kind, ticket_dimension, ticket_value
            order by period_start_date
            rows between unbounded preceding and current row
        ) as closing_count
    from flows
)

select
    period_kind,
    period_start_date,
    ticket_dimension,
    ticket_value,
    cast(closing_count - created_count - reopening_count + resolution_count as bigint)
        as opening_count,
    cast(created_count as bigint) as created_count,
    cast(reopening_count as bigint) as reopening_count,
    cast(resolution_count as bigint) as resolution_count,
    cast(closing_count as bigint) as closing_count
from closed
