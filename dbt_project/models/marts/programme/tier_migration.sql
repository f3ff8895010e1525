-- One row per programme, month and pair of tiers (program_id, month_start_date, from_tier, to_tier):
-- the members who held the first when the month began and the second when it ended, 'none' being no
-- tier. The month of the as-of date ends with that date.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

starts as (
    select
        run_context.as_of_date,
        cast({{ dbt.dateadd(
            'month',
            '1 - cast(numbers.generated_number as integer)',
            dbt.date_trunc('month', 'run_context.as_of_date')
        ) }} as date) as month_start_date
    from ({{ dbt.generate_series(1200) }}) as numbers
    cross join run_context
),

months as (
    select
        month_start_date,
        least(
            as_of_date,
            cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'month_start_date')) }} as date)
        ) as month_end_date
    from starts
),

at_start as (
    select
        months.month_start_date,
        tiers.*
    from {{ ref('int_tiers_spanned') }} as tiers
    inner join months
        on
            tiers.valid_from_date < months.month_start_date
            and tiers.valid_to_date >= months.month_start_date
),

at_end as (
    select
        months.month_start_date,
        tiers.*
    from {{ ref('int_tiers_spanned') }} as tiers
    inner join months
        on
            tiers.valid_from_date <= months.month_end_date
            and tiers.valid_to_date > months.month_end_date
),

moves as (
    select
        coalesce(at_start.month_start_date, at_end.month_start_date) as month_start_date,
        coalesce(at_start.program_id, at_end.program_id) as program_id,
        coalesce(at_start.tier, 'none') as from_tier,
        coalesce(at_end.tier, 'none') as to_tier,
        case
            when at_start.tier is null then 'joined'
            when at_end.tier is null then 'left'
            when at_start.tier = at_end.tier then 'stay'
            when at_end.tier_rank > at_start.tier_rank then 'up'
            when at_end.tier_rank < at_start.tier_rank then 'down'
            else 'not_ranked'
        end as direction,
        coalesce(
            at_end.valid_from_date >= at_end.month_start_date
            and at_end.tier_change = 'soft_down',
            false
        ) as is_soft
    from at_start
    full outer join at_end
        on
            at_start.month_start_date = at_end.month_start_date
            and at_start.member_id = at_end.member_id
),

counted as (
    select
        program_id,
        month_start_date,
        from_tier,
        to_tier,
        min(direction) as direction,
        count(*) as member_count,
        case
            when from_tier <> 'none'
                then cast(
                    sum(count(*)) over (partition by program_id, month_start_date, from_tier)
                    as bigint
                )
        end as from_member_count,
        sum(case when direction = 'down' and is_soft then 1 else 0 end) as soft_downgrade_count,
        sum(case when direction = 'down' and not is_soft then 1 else 0 end)
            as hard_downgrade_count
    from moves
    group by program_id, month_start_date, from_tier, to_tier
)

select
    counted.program_id,
    counted.month_start_date,
    counted.from_tier,
    counted.to_tier,
    run_context.as_of_date,
    counted.direction,
    counted.member_count,
    cast(counted.soft_downgrade_count as bigint) as soft_downgrade_count,
    cast(counted.hard_downgrade_count as bigint) as hard_downgrade_count,
    counted.from_member_count,
    cast(counted.member_count as double) / counted.from_member_count as migration_rate,
    case when counted.from_tier = 'none' then 'those without a tier are not counted' end
        as migration_rate_reason,
    {{ is_running_period("'month'", 'counted.month_start_date', 'run_context.as_of_date') }}
        as is_partial
from counted
cross join run_context
