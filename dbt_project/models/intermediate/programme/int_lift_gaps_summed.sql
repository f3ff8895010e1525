-- One row per comparison and outcome (scope, outcome), whether anything is known of it or not: how
-- many members and others there are before matching, and the means of members and others as they
-- stand today. The comparison of the whole base is there without any membership, too.
with
outcomes as (
    {% for outcome, unit in lift_outcomes().items() %}
    select
        '{{ outcome }}' as outcome,
        '{{ unit }}' as unit
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

scopes as (
    select
        scope,
        min(program_id) as program_id,
        min(club) as club,
        count(distinct landmark_date) as landmark_count,
        min(landmark_date) as first_landmark_date,
        max(landmark_date) as last_landmark_date
    from (
        select
            scope,
            program_id,
            club,
            case when not is_today then landmark_date end as landmark_date
        from {{ ref('int_lift_units_stratified') }}
        union all
        select
            'base' as scope,
            null as program_id,
            null as club,
            null as landmark_date
    ) as units
    group by scope
),

measured as (
    select * from {{ lift_outcome_rows(ref('int_lift_outcomes_measured'), ['scope', 'is_today', 'is_exposed']) }}
),

summed as (
    select
        scope,
        outcome,
        sum(case when is_exposed and not is_today then 1 else 0 end) as member_count,
        sum(case when not is_exposed and not is_today then 1 else 0 end) as other_count,
        sum(case when is_exposed and is_today then 1 else 0 end) as plain_member_count,
        sum(case when not is_exposed and is_today then 1 else 0 end) as plain_other_count,
        sum(case when is_exposed and is_today then outcome_value end) as plain_member_total,
        sum(case when not is_exposed and is_today then outcome_value end) as plain_other_total
    from measured
    group by scope, outcome
)

select
    scopes.scope,
    outcomes.outcome,
    outcomes.unit,
    case
        when scopes.scope = 'base' then 'base'
        when scopes.club is null then 'programme'
        else 'club'
    end as scope_kind,
    scopes.program_id,
    scopes.club,
    scopes.landmark_count,
    scopes.first_landmark_date,
    scopes.last_landmark_date,
    cast(coalesce(summed.member_count, 0) as bigint) as member_count,
    cast(coalesce(summed.other_count, 0) as bigint) as other_count,
    cast(coalesce(summed.plain_member_count, 0) as bigint) as plain_member_count,
    cast(coalesce(summed.plain_other_count, 0) as bigint) as plain_other_count,
    cast(summed.plain_member_total as double) / nullif(summed.plain_member_count, 0)
        as plain_member_mean,
    cast(summed.plain_other_total as double) / nullif(summed.plain_other_count, 0)
        as plain_other_mean
from scopes
cross join outcomes
left join summed
    on
        scopes.scope = summed.scope
        and outcomes.outcome = summed.outcome
