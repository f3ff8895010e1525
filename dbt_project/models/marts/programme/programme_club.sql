-- One row per programme and club, at the as-of date: its members, what they buy and cost in the last
-- 365 days beside members without a club, and what the club adds to those who join it, as
-- programme_lift has it. A firm without clubs has one row, none, that says so.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

memberships as (
    select
        *,
        coalesce(club, 'no club') as club_name
    from {{ ref('int_memberships_resolved') }}
    where not is_test
),

sales as (
    select
        days.customer_key,
        sum(days.net_amount) as net_amount,
        sum(case when days.is_occasion then 1 else 0 end) as occasion_count
    from {{ ref('int_customer_days_netted') }} as days
    cross join run_context
    where {{ dbt.datediff('days.purchase_date', 'run_context.as_of_date', 'day') }} < 365
    group by days.customer_key
),

rewards as (
    select
        {{ surrogate_key(['entries.program_id', 'entries.member_id']) }} as membership_key,
        sum(costs.cost_amount) as reward_cost_amount,
        sum(case when costs.is_supplier_funded then costs.cost_amount else 0 end)
            as supplier_funded_amount
    from {{ ref('int_rewards_costed') }} as costs
    cross join run_context
    inner join {{ ref('int_points_entries_ordered') }} as entries
        on costs.entry_id = entries.entry_id
    where {{ dbt.datediff('costs.reward_date', 'run_context.as_of_date', 'day') }} < 365
    group by entries.program_id, entries.member_id
),

summed as (
    select
        memberships.program_id,
        memberships.club_name,
        sum(case when memberships.is_open then 1 else 0 end) as member_count,
        sum(
            case
                when {{ dbt.datediff('memberships.enrolled_date', 'run_context.as_of_date', 'day') }}
                    < 365 then 1
                else 0
            end
        ) as new_member_count,
        sum(case when memberships.is_open and sales.occasion_count > 0 then 1 else 0 end)
            as buyer_count,
        sum(case when memberships.is_open then sales.net_amount end) as net_amount,
        sum(rewards.reward_cost_amount) as reward_cost_amount,
        sum(rewards.supplier_funded_amount) as supplier_funded_amount
    from memberships
    cross join run_context
    left join sales on memberships.customer_key = sales.customer_key
    left join rewards on memberships.membership_key = rewards.membership_key
    group by memberships.program_id, memberships.club_name
    union all
    select
        'none' as program_id,
        'none' as club_name,
        null as member_count,
        null as new_member_count,
        null as buyer_count,
        null as net_amount,
        null as reward_cost_amount,
        null as supplier_funded_amount
    where (select count(club) from memberships) = 0
)

select
    summed.program_id || '/' || summed.club_name as programme_club_key,
    run_context.as_of_date,
    summed.program_id,
    summed.club_name as club,
    {% for column in ['member_count', 'new_member_count', 'buyer_count'] %}
    cast(summed.{{ column }} as bigint) as {{ column }},
    {% endfor %}
    cast(cast(summed.net_amount as double) / nullif(summed.member_count, 0) as decimal(18, 4))
        as net_per_member_amount,
    cast(summed.reward_cost_amount as decimal(18, 4)) as reward_cost_amount,
    cast(summed.supplier_funded_amount as decimal(18, 4)) as supplier_funded_amount,
    cast(
        cast(summed.reward_cost_amount as double) / nullif(summed.member_count, 0)
        as decimal(18, 4)
    ) as reward_cost_per_member_amount,
    lifts.matched_member_count,
    lifts.lift as frequency_lift,
    lifts.lift_low as frequency_lift_low,
    lifts.lift_high as frequency_lift_high,
    case
        when summed.club_name = 'none' then 'no memberships with a club delivered'
        when summed.club_name = 'no club' then 'the other side of each club''s comparison'
        else coalesce(lifts.lift_reason, case when lifts.scope is null then 'nobody to compare' end)
    end as club_reason,
    run_context.currency_code
from summed
cross join run_context
left join {{ ref('programme_lift') }} as lifts
    on
        summed.program_id = lifts.program_id
        and summed.club_name = lifts.club
        and lifts.outcome = 'purchase_frequency'
