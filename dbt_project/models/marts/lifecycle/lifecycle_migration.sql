-- One row per lifecycle stage left and entered (from_stage, to_stage), over all that is remembered up to
-- the as-of date; the row of a stage with itself holds who is in it now. Moves that a changed definition
-- made are no moves of customers. Customers who are gone or merged into another, and test customers, are
-- left out.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

stays as (
    select
        memberships.customer_key,
        memberships.segment as from_stage,
        memberships.valid_from_date,
        memberships.entered_by <> 'first' as is_begin_known,
        case
            when memberships.ended_by in ('event', 'confirmed', 'clear', 'gave_up')
                then lead(memberships.segment) over (
                        partition by memberships.customer_key order by memberships.valid_from_date
                    )
            when memberships.is_current then memberships.segment
        end as to_stage,
        -- Nights on which the customer might have moved: from the first day to the move, or to today.
        {{ dbt.datediff(
            'memberships.valid_from_date',
            'coalesce(' ~ dbt.dateadd('day', 1, 'memberships.valid_to_date') ~ ', run_context.as_of_date)',
            'day',
        ) }} as stay_days
    from {{ ref('segment_membership') }} as memberships
    inner join {{ ref('dim_customer') }} as customers
        on memberships.customer_key = customers.customer_key
    cross join run_context
    where memberships.scheme = 'lifecycle' and not customers.is_test
),

exposed as (
    select
        from_stage,
        sum(stay_days) as exposure_days,
        sum(case when to_stage <> from_stage then 1 else 0 end) as exit_count
    from stays
    group by from_stage
),

moves as (
    select
        from_stage,
        to_stage,
        count(*) as stay_count,
        count(distinct customer_key) as customer_count,
        sum(case when is_begin_known then 1 else 0 end) as dwell_known_count,
        median(case when is_begin_known then stay_days end) as median_dwell_days
    from stays
    where to_stage is not null
    group by from_stage, to_stage
)

select
    moves.from_stage,
    moves.to_stage,
    run_context.as_of_date,
    cast(moves.customer_count as bigint) as customer_count,
    case when moves.to_stage <> moves.from_stage then cast(moves.stay_count as bigint) else 0 end
        as move_count,
    case when moves.to_stage <> moves.from_stage
            then cast(moves.stay_count as double) / exposed.exit_count
    end as exit_share_rate,
    cast(exposed.exposure_days as bigint) as exposure_days,
    case when moves.to_stage <> moves.from_stage
            then 30 * cast(moves.stay_count as double) / exposed.exposure_days
    end as monthly_conversion_rate,
    cast(moves.dwell_known_count as bigint) as dwell_known_count,
    cast(moves.median_dwell_days as double) as median_dwell_days,
    case
        when moves.median_dwell_days is null
            then 'every such stay began before it was first remembered'
    end as dwell_reason
from moves
inner join exposed on moves.from_stage = exposed.from_stage
cross join run_context
