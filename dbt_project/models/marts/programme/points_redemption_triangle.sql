-- One row per programme, month of issue and age in months (program_id, issue_month_date, age_months):
-- how many of the month's points had been redeemed by that age. Age 0 is the month of issue.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

cohorts as (
    select
        lots.program_id,
        lots.issue_month_date,
        run_context.as_of_date,
        sum(lots.issued_points - lots.reversed_points - lots.adjusted_down_points)
            as net_issued_points,
        {{ calendar_months_between('lots.issue_month_date', 'run_context.as_of_date') }} as last_age,
        {{ calendar_months_between(
            'lots.issue_month_date', dbt.dateadd('day', 1, 'run_context.as_of_date')
        ) }} - 1 as last_complete_age
    from {{ ref('points_ledger_lot') }} as lots
    cross join run_context
    group by lots.program_id, lots.issue_month_date, run_context.as_of_date
),

redeemed as (
    select
        lots.program_id,
        lots.issue_month_date,
        {{ calendar_months_between('lots.issue_month_date', 'debits.booked_date') }} as age_months,
        sum(pairs.points) as redeemed_points
    from {{ ref('int_points_debits_paired') }} as pairs
    inner join {{ ref('int_points_entries_ordered') }} as debits
        on
            pairs.debit_entry_id = debits.entry_id
            and debits.kind = 'burn'
    inner join {{ ref('points_ledger_lot') }} as lots on pairs.lot_entry_id = lots.lot_entry_id
    group by
        lots.program_id,
        lots.issue_month_date,
        {{ calendar_months_between('lots.issue_month_date', 'debits.booked_date') }}
),

ages as (
    select generated_number - 1 as age_months
    from ({{ dbt.generate_series(1200) }})
),

grid as (
    select
        cohorts.*,
        ages.age_months,
        coalesce(redeemed.redeemed_points, 0) as redeemed_points
    from cohorts
    inner join ages on cohorts.last_age >= ages.age_months
    left join redeemed
        on
            cohorts.program_id = redeemed.program_id
            and cohorts.issue_month_date = redeemed.issue_month_date
            and ages.age_months = redeemed.age_months
),

summed as (
    select
        *,
        sum(redeemed_points) over (
            partition by program_id, issue_month_date
            order by age_months rows unbounded preceding
        ) as cumulative_redeemed_points
    from grid
)

select
    program_id,
    issue_month_date,
    cast(age_months as integer) as age_months,
    as_of_date,
    cast(net_issued_points as decimal(18, 4)) as net_issued_points,
    cast(redeemed_points as decimal(18, 4)) as redeemed_points,
    cast(cumulative_redeemed_points as decimal(18, 4)) as cumulative_redeemed_points,
    cast(cumulative_redeemed_points as double) / nullif(net_issued_points, 0)
        as cumulative_redemption_rate,
    case when net_issued_points = 0 then 'all points of the month were taken back' end
        as redemption_rate_reason,
    age_months <= last_complete_age as is_complete
from summed
