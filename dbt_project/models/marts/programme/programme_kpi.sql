-- One row per programme and period (calendar month, and all history up to the as-of date): members and
-- enrolment, active members, redemption by issue cohort, points for behaviour and games. Test
-- accounts are left out. A firm without a programme has one row, none, that says so.
{%- set point_columns = [
    'issued_points', 'cohort_redeemed_points', 'cohort_expired_points', 'cohort_reversed_points',
    'cohort_adjusted_points', 'cohort_open_points', 'redeemed_points',
] %}
{%- set behaviour_columns = [
    'referral_points', 'review_points', 'social_points', 'behaviour_reward_count',
    'over_cap_count', 'off_record_count',
] %}
{%- set games = ['challenge_join_count', 'challenge_finish_count', 'badge_count'] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

delivered as (
    select
        (select count(*) from {{ ref('int_memberships_resolved') }}) > 0 as has_members,
        (select count(*) from {{ ref('int_points_entries_ordered') }}) > 0 as has_ledger,
        (select count(*) from {{ ref('int_behaviour_rewards_checked') }}) > 0 as has_behaviours,
        (
            select coalesce(max(session_count + visit_count), 0) from {{ ref('int_customers_visits_counted') }}
        ) > 0 as has_visits,
        (
            select min(visit_date) from {{ ref('int_customers_visits_counted') }}
            where session_count > 0
        ) as first_session_date,
        (
            select coalesce(sum(challenge_join_count + challenge_finish_count + badge_count), 0)
            from {{ ref('int_memberships_activity_counted') }}
        ) > 0 as has_games
),

joined as (
    select
        members.*,
        {% for column in point_columns + behaviour_columns + games %}
        points.{{ column }},
        {% endfor %}
        run_context.as_of_date,
        delivered.*
    from {{ ref('int_programme_members_counted') }} as members
    inner join {{ ref('int_programme_points_summed') }} as points
        on
            members.program_id = points.program_id
            and members.period_kind = points.period_kind
            and members.period_start_date = points.period_start_date
    cross join delivered
    cross join run_context
)

select
    program_id || '/' || period_kind || '/' || cast(period_start_date as string)
        as programme_kpi_key,
    as_of_date,
    program_id,
    period_kind,
    period_start_date,
    period_end_date,
    {{ is_running_period('period_kind', 'period_start_date', 'as_of_date') }} as is_partial,
    {% for column in ['member_count', 'new_member_count', 'left_member_count'] %}
    case when has_members then {{ column }} end as {{ column }},
    {% endfor %}
    new_customer_count,
    case when has_members then cast(new_member_count as double) / nullif(new_customer_count, 0) end
        as enrolment_rate,
    case
        when not has_members then 'no memberships delivered'
        when new_customer_count = 0 then 'no new customers'
    end as enrolment_reason,
    case when has_members and (has_ledger or has_visits) then active_count end
        as active_member_count,
    case when has_members and has_ledger then active_by_points_count end as active_by_points_count,
    case when has_members and has_visits then active_by_visit_count end
        as active_by_visit_count,
    case
        when has_members and (has_ledger or has_visits)
            then cast(active_count as double) / nullif(member_count, 0)
    end as active_member_rate,
    case
        when not has_members then 'no memberships delivered'
        when not has_ledger and not has_visits then 'neither points nor visits delivered'
        when member_count = 0 then 'no member at the end of the period'
        when not has_ledger then 'visits alone: no loyalty ledger delivered'
        when not has_visits then 'points alone: no visits delivered'
        when first_session_date is null then 'without sessions: none are delivered'
        when first_session_date > period_start_date
            then 'without sessions before ' || cast(first_session_date as string)
    end as active_member_reason,
    case when has_members and has_ledger then redeeming_count end as redeeming_member_count,
    case when has_members and has_ledger then cast(redeeming_count as double) / nullif(member_count, 0)
    end as redeeming_member_rate,
    {% for column in point_columns %}
    case when has_ledger then {{ column }} end as {{ column }},
    {% endfor %}
    case when has_ledger then cast(cohort_redeemed_points as double) / nullif(issued_points, 0) end
        as redemption_rate,
    case
        when not has_ledger then 'no loyalty ledger delivered'
        when issued_points = 0 then 'no points issued'
    end as redemption_reason,
    {% for column in behaviour_columns %}
    case when has_behaviours then {{ column }} end as {{ column }},
    {% endfor %}
    case
        when not has_ledger then 'no loyalty ledger delivered'
        when not has_behaviours then 'the ledger names no behaviour that it gives points for'
    end as behaviour_reason,
    {% for column in games %}
    case when has_games then {{ column }} end as {{ column }},
    {% endfor %}
    case when has_games then cast(challenge_finish_count as double) / nullif(challenge_join_count, 0)
    end as challenge_finish_rate,
    case
        when not has_games then 'no contact of a member is a step of a game (seed game_events)'
        when challenge_join_count = 0 then 'nobody took up a challenge'
    end as game_reason
from joined
