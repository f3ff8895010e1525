-- Claim: the members of a tier when a month begins are those of the month before when it ended, so that
-- moves lose nobody and count nobody twice. Fails with both counts.
with
closing as (
    select
        program_id,
        cast({{ dbt.dateadd('month', 1, 'month_start_date') }} as date) as month_start_date,
        to_tier as tier,
        sum(member_count) as member_count
    from {{ ref('tier_migration') }}
    where to_tier <> 'none'
    group by program_id, month_start_date, to_tier
),

opening as (
    select
        program_id,
        month_start_date,
        from_tier as tier,
        sum(member_count) as member_count
    from {{ ref('tier_migration') }}
    where from_tier <> 'none'
    group by program_id, month_start_date, from_tier
)

select
    coalesce(opening.program_id, closing.program_id) as program_id,
    coalesce(opening.month_start_date, closing.month_start_date) as month_start_date,
    coalesce(opening.tier, closing.tier) as tier,
    closing.member_count as closing_count,
    opening.member_count as opening_count
from closing
full outer join opening
    on
        closing.program_id = opening.program_id
        and closing.month_start_date = opening.month_start_date
        and closing.tier = opening.tier
cross join {{ source('raw', 'run_context') }} as run_context
where
    coalesce(closing.member_count, 0) <> coalesce(opening.member_count, 0)
    and coalesce(opening.month_start_date, closing.month_start_date) <= run_context.as_of_date
