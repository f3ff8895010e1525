-- One row per programme and month of issue, and one of the whole programme (program_id, cohort: the
-- month or 'all'): what is expected to be redeemed of the points, and what that will cost (H5).
with
priced as (
    select
        cohorts.*,
        programs.point_cost_amount,
        cast(cast(cohorts.expected_points as decimal(19, 4)) * programs.point_cost_amount as decimal(18, 4))
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
        {% for column in [
            'issued_points', 'reversed_points', 'adjusted_down_points', 'net_issued_points',
            'redeemed_points', 'expired_points', 'expired_unbooked_points', 'open_points',
            'expected_points', 'ultimate_points', 'liability_amount', 'plain_liability_amount'
        ] -%}
        cast(sum({{ column }}) as decimal(18, 4)) as {{ column }},
        {% endfor -%}
        max(point_cost_amount) as point_cost_amount
    from united
    group by program_id, cohort
),

-- A programme without points in the ledger has its row too.
rows_of_programmes as (
    select
        program_id,
        cohort
    from cohorts
    union
    select
        program_id,
        'all' as cohort
    from {{ ref('dim_programme') }}
)

select
    rows_of_programmes.program_id,
    rows_of_programmes.cohort,
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
        when cohorts.program_id is null then 'no points of the programme in the ledger'
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
    case
        when cohorts.program_id is null then 'no points of the programme in the ledger'
        when cohorts.liability_amount is null then 'no cost of a point is known'
    end as liability_reason,
    run_context.currency_code
from rows_of_programmes
cross join {{ source('raw', 'run_context') }} as run_context
left join cohorts
    on
        rows_of_programmes.program_id = cohorts.program_id
        and rows_of_programmes.cohort = cohorts.cohort
