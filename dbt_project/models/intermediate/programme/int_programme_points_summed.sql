-- One row per programme and period (program_id, period_kind, period_start_date): what became of the points
-- issued in it, points redeemed in it or given for behaviour, and games. Without test accounts.
{%- set point_columns = [
    'issued_points', 'cohort_redeemed_points', 'cohort_expired_points', 'cohort_reversed_points',
    'cohort_adjusted_points', 'cohort_open_points', 'redeemed_points',
] %}
{%- set behaviour_columns = [
    'referral_points', 'review_points', 'social_points', 'behaviour_reward_count',
    'over_cap_count', 'off_record_count',
] %}
{%- set games = ['challenge_join_count', 'challenge_finish_count', 'badge_count'] %}
{%- set types = {'count': 'bigint', 'points': 'decimal(18, 4)'} %}
with
periods as (
    select * from {{ ref('int_programme_periods_spanned') }}
),

testers as (
    select
        program_id,
        member_id
    from {{ ref('int_memberships_resolved') }}
    where is_test
),

monthly as (
    select
        lots.program_id,
        lots.issue_month_date as month_date,
        sum(lots.issued_points) as issued_points,
        sum(lots.redeemed_points) as cohort_redeemed_points,
        sum(lots.expired_points + lots.expired_unbooked_points) as cohort_expired_points,
        sum(lots.reversed_points) as cohort_reversed_points,
        sum(lots.adjusted_down_points) as cohort_adjusted_points,
        sum(lots.open_points) as cohort_open_points,
        0 as redeemed_points,
        0 as challenge_join_count,
        0 as challenge_finish_count,
        0 as badge_count
    from {{ ref('points_ledger_lot') }} as lots
    left join testers on lots.program_id = testers.program_id and lots.member_id = testers.member_id
    where testers.member_id is null
    group by lots.program_id, lots.issue_month_date
    union all
    select
        memberships.program_id,
        activity.month_date,
        {% for column in point_columns if column != 'redeemed_points' %}
        0 as {{ column }},
        {% endfor %}
        sum(activity.redeemed_points) as redeemed_points,
        sum(activity.challenge_join_count) as challenge_join_count,
        sum(activity.challenge_finish_count) as challenge_finish_count,
        sum(activity.badge_count) as badge_count
    from {{ ref('int_memberships_activity_counted') }} as activity
    inner join {{ ref('int_memberships_resolved') }} as memberships
        on activity.membership_key = memberships.membership_key
    group by memberships.program_id, activity.month_date
),

behaviours as (
    select
        periods.program_id,
        periods.period_kind,
        periods.period_start_date,
        count(*) as behaviour_reward_count,
        {% for behaviour in ['referral', 'review', 'social'] %}
        sum(case when rewards.behaviour = '{{ behaviour }}' then rewards.points else 0 end)
            as {{ behaviour }}_points,
        {% endfor %}
        sum(case when rewards.is_over_cap then 1 else 0 end) as over_cap_count,
        sum(case when rewards.is_on_record then 0 else 1 end) as off_record_count
    from periods
    inner join {{ ref('int_behaviour_rewards_checked') }} as rewards
        on
            periods.program_id = rewards.program_id
            and rewards.booked_date between periods.period_start_date and periods.period_end_date
    left join testers
        on rewards.program_id = testers.program_id and rewards.member_id = testers.member_id
    where testers.member_id is null
    group by periods.program_id, periods.period_kind, periods.period_start_date
),

points as (
    select
        periods.program_id,
        periods.period_kind,
        periods.period_start_date,
    {% for column in point_columns + games %}
    sum(monthly.{{ column }}) as {{ column }}
    {{- ',' if not loop.last }}
    {% endfor %}
    from periods
    inner join monthly
        on
            periods.program_id = monthly.program_id
            and monthly.month_date between periods.period_start_date and periods.period_end_date
    group by periods.program_id, periods.period_kind, periods.period_start_date
)

select
    periods.program_id,
    periods.period_kind,
    periods.period_start_date,
    {% for column in point_columns + games %}
    cast(coalesce(points.{{ column }}, 0) as {{ types[column.split('_')[-1]] }}) as {{ column }},
    {% endfor %}
{% for column in behaviour_columns %}
cast(coalesce(behaviours.{{ column }}, 0) as {{ types[column.split('_')[-1]] }})
    as {{ column }}
{{- ',' if not loop.last }}
{% endfor %}
from periods
{% for part in ['points', 'behaviours'] %}
left join {{ part }}
    on
        periods.program_id = {{ part }}.program_id
        and periods.period_kind = {{ part }}.period_kind
        and periods.period_start_date = {{ part }}.period_start_date
{% endfor %}
