-- One row per programme and month of issue, and one of the whole programme (program_id, cohort: the
-- month or 'all'): what is expected to be redeemed of the points, and what that will cost (H5).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

priced as (
    select
        cohorts.*,
        programs.point_cost_amount,
        cast(cohorts.expected_points * programs.point_cost_amount as decimal(18, 4))
            as liability_amount,
        cohorts.redeemed_points + cohorts.expected_points as ultimate_points,
        case
            when cohorts.method <> 'no_breakage'
                then cast(
                        cast(cohorts.open_points as double)
                        * (cohorts.redeemed_points + cohorts.expected_points)
                        / coalesce(nullif(cohorts.net_issued_points, 0), 1)
                        * programs.point_cost_amount as decimal(18, 4)
                    )
        end as plain_liability_amount
    from {{ ref('int_points_cohorts_projected') }} as cohorts
    left join {{ ref('dim_programme') }} as programs on cohorts.program_id = programs.program_id
),

united as (
    select
        *,
        cast(issue_month_date as string) as cohort
    from priced
    union all
    select
        *,
        'all' as cohort
    from priced
),

-- Sums of one row but in the row of the whole programme.
cohorts as (
    select
        program_id,
        cohort,
        max(complete_month_count) as complete_month_count,
        max(method) = 'no_breakage' as has_no_breakage,
        case when cohort <> 'all' then max(issue_month_date) end as issue_month_date,
        case when cohort <> 'all' then max(complete_age) end as complete_age,
        case when cohort <> 'all' then max(developed_rate) end as developed_rate,
        case when cohort <> 'all' or max(method) = 'no_breakage' then max(method) else 'sum' end
            as method,
        max(point_cost_amount) as point_cost_amount,
        cast(sum(issued_points) as decimal(18, 4)) as issued_points,
        cast(sum(reversed_points) as decimal(18, 4)) as reversed_points,
        cast(sum(adjusted_down_points) as decimal(18, 4)) as adjusted_down_points,
        cast(sum(net_issued_points) as decimal(18, 4)) as net_issued_points,
        cast(sum(redeemed_points) as decimal(18, 4)) as redeemed_points,
        cast(sum(expired_points) as decimal(18, 4)) as expired_points,
        cast(sum(expired_unbooked_points) as decimal(18, 4)) as expired_unbooked_points,
        cast(sum(open_points) as decimal(18, 4)) as open_points,
        cast(sum(expected_points) as decimal(18, 4)) as expected_points,
        cast(sum(ultimate_points) as decimal(18, 4)) as ultimate_points,
        cast(sum(liability_amount) as decimal(18, 4)) as liability_amount,
        cast(sum(plain_liability_amount) as decimal(18, 4)) as plain_liability_amount
    from united
    group by program_id, cohort
)

select
    cohorts.program_id,
    cohorts.cohort,
    cohorts.issue_month_date,
    run_context.as_of_date,
    cohorts.issued_points,
    cohorts.reversed_points,
    cohorts.adjusted_down_points,
    cohorts.net_issued_points,
    cohorts.redeemed_points,
    cohorts.expired_points,
    cohorts.expired_unbooked_points,
    cohorts.open_points,
    cast(cohorts.redeemed_points as double) / nullif(cohorts.issued_points, 0) as redemption_rate,
    cast(cohorts.complete_age as integer) as complete_age_months,
    cast(cohorts.developed_rate as decimal(18, 12)) as developed_rate,
    cohorts.method as estimation_method,
    case
        when not cohorts.has_no_breakage
            then cast(cohorts.ultimate_points as double) / nullif(cohorts.net_issued_points, 0)
    end as ultimate_redemption_rate,
    case
        when cohorts.has_no_breakage
            then
                'no breakage is recognised: ' || cast(cohorts.complete_month_count as string)
                || ' complete months, or nothing redeemed; see programme_rules'
        when cohorts.net_issued_points = 0 then 'all points of the month were taken back'
    end as ultimate_redemption_reason,
    cohorts.expected_points,
    cast(cohorts.open_points - cohorts.expected_points as decimal(18, 4))
        as expected_breakage_points,
    cohorts.point_cost_amount,
    cohorts.liability_amount,
    cohorts.plain_liability_amount,
    case when cohorts.liability_amount is null then 'no cost of a point is known' end
        as liability_reason,
    run_context.currency_code
from cohorts
cross join run_context
