-- Claim: where anybody has bought, the periods of each kind run without a gap from the first purchase
-- to the as-of date. Fails on each period kind that does not.
with
spans as (
    select
        period_kind,
        min(calendar_date) as first_date,
        max(calendar_date) as last_date,
        count(*) as day_count
    from {{ ref('int_periods_spanned') }}
    group by period_kind
),

first_purchase as (
    select min(purchase_date) as first_date from {{ ref('int_purchase_occasions') }}
),

period_kinds as (
    select 'day' as period_kind
    union all
    select 'week' as period_kind
    union all
    select 'month' as period_kind
),

expected as (
    select
        period_kinds.period_kind,
        first_purchase.first_date,
        run_context.as_of_date
    from period_kinds
    cross join first_purchase
    cross join {{ source('raw', 'run_context') }} as run_context
    where first_purchase.first_date is not null
)

select
    expected.period_kind,
    spans.first_date,
    spans.last_date,
    expected.as_of_date
from expected
left join spans on expected.period_kind = spans.period_kind
where
    spans.period_kind is null
    or spans.first_date <> expected.first_date
    or spans.last_date <> expected.as_of_date
    or spans.day_count <> {{ dbt.datediff('expected.first_date', 'expected.as_of_date', 'day') }} + 1
