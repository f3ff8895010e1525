-- One row per programme and period (program_id, period_kind, period_start_date): members at its end,
-- joiners and leavers, those of the members who earned, redeemed or visited in it, and the firm's
-- new customers. Test accounts are left out.
with
periods as (
    select * from {{ ref('int_programme_periods_spanned') }}
),

memberships as (
    select * from {{ ref('int_memberships_resolved') }}
    where not is_test
),

members as (
    select
        periods.program_id,
        periods.period_kind,
        periods.period_start_date,
        sum(case when memberships.left_date > periods.period_end_date then 1 else 0 end)
            as member_count,
        sum(case when memberships.enrolled_date >= periods.period_start_date then 1 else 0 end)
            as new_member_count,
        sum(
            case
                when
                    memberships.left_date
                    between periods.period_start_date and periods.period_end_date
                    then 1
                else 0
            end
        ) as left_member_count
    from periods
    inner join memberships
        on
            periods.program_id = memberships.program_id
            and periods.period_end_date >= memberships.enrolled_date
    group by periods.program_id, periods.period_kind, periods.period_start_date
),

-- Each member once in a period, however many months it has; those who left count no more.
active_members as (
    select
        periods.program_id,
        periods.period_kind,
        periods.period_start_date,
        memberships.membership_key,
        sum(activity.earn_count + activity.burn_count) as movement_count,
        sum(activity.burn_count) as burn_count,
        sum(activity.visit_count) as visit_count
    from periods
    inner join memberships
        on
            periods.program_id = memberships.program_id
            and periods.period_end_date >= memberships.enrolled_date
            and periods.period_end_date < memberships.left_date
    inner join {{ ref('int_memberships_activity_counted') }} as activity
        on
            memberships.membership_key = activity.membership_key
            and activity.month_date between periods.period_start_date and periods.period_end_date
    group by
        periods.program_id, periods.period_kind, periods.period_start_date,
        memberships.membership_key
),

active as (
    select
        program_id,
        period_kind,
        period_start_date,
        sum(case when movement_count + visit_count > 0 then 1 else 0 end) as active_count,
        sum(case when movement_count > 0 then 1 else 0 end) as active_by_points_count,
        sum(case when visit_count > 0 then 1 else 0 end) as active_by_visit_count,
        sum(case when burn_count > 0 then 1 else 0 end) as redeeming_count
    from active_members
    group by program_id, period_kind, period_start_date
),

buyers as (
    select
        periods.program_id,
        periods.period_kind,
        periods.period_start_date,
        count(*) as new_customer_count
    from periods
    inner join {{ ref('int_purchase_occasions') }} as occasions
        on occasions.purchase_date between periods.period_start_date and periods.period_end_date
    where occasions.occasion_number = 1 and not occasions.is_test_customer
    group by periods.program_id, periods.period_kind, periods.period_start_date
)

select
    periods.program_id,
    periods.period_kind,
    periods.period_start_date,
    periods.period_end_date,
    cast(coalesce(members.member_count, 0) as bigint) as member_count,
    cast(coalesce(members.new_member_count, 0) as bigint) as new_member_count,
    cast(coalesce(members.left_member_count, 0) as bigint) as left_member_count,
    cast(coalesce(active.active_count, 0) as bigint) as active_count,
    cast(coalesce(active.active_by_points_count, 0) as bigint) as active_by_points_count,
    cast(coalesce(active.active_by_visit_count, 0) as bigint) as active_by_visit_count,
    cast(coalesce(active.redeeming_count, 0) as bigint) as redeeming_count,
    cast(coalesce(buyers.new_customer_count, 0) as bigint) as new_customer_count
from periods
{% for part in ['members', 'active', 'buyers'] %}
left join {{ part }}
    on
        periods.program_id = {{ part }}.program_id
        and periods.period_kind = {{ part }}.period_kind
        and periods.period_start_date = {{ part }}.period_start_date
{% endfor %}
