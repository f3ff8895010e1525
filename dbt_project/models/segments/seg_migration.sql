-- One row per scheme, calendar month, segment left and segment entered (scheme, month_start_date,
-- from_segment, to_segment): where customers went, in customers, moves and value. Published; ready for a
-- matrix or a flow chart.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

migrations as (
    select * from {{ ref('segment_migration') }}
),

definitions as (
    select * from {{ ref('segment_definition') }}
),

openings as (
    select
        scheme,
        month_start_date,
        from_segment,
        sum(customer_count) as opening_count
    from migrations
    group by scheme, month_start_date, from_segment
)

select
    run_context.as_of_date,
    migrations.scheme,
    migrations.month_start_date,
    migrations.is_running,
    migrations.from_segment,
    -- A segment of data that nobody is in any more has no rank, and outside comes last.
    coalesce(from_definitions.display_rank, 1000) as from_rank,
    migrations.to_segment,
    coalesce(to_definitions.display_rank, 1000) as to_rank,
    case
        when migrations.from_segment = 'outside' then 'came'
        when migrations.to_segment = 'outside' then 'went'
        when migrations.from_segment = migrations.to_segment then 'stayed'
        else 'moved'
    end as migration_kind,
    migrations.customer_count,
    case
        when migrations.from_segment <> 'outside'
            then cast(migrations.customer_count as double) / nullif(openings.opening_count, 0)
    end as from_share_rate,
    migrations.amount,
    migrations.amount_reason,
    migrations.valued_count,
    migrations.move_count,
    migrations.moved_amount,
    migrations.definition_move_count,
    migrations.definition_moved_amount,
    migrations.currency_code
from migrations
inner join openings
    on
        migrations.scheme = openings.scheme
        and migrations.month_start_date = openings.month_start_date
        and migrations.from_segment = openings.from_segment
left join definitions as from_definitions
    on
        migrations.scheme = from_definitions.scheme
        and migrations.from_segment = from_definitions.segment
left join definitions as to_definitions
    on migrations.scheme = to_definitions.scheme and migrations.to_segment = to_definitions.segment
cross join run_context
