-- One row per membership begun by the as-of date, without personal data: tier, points open and about to
-- expire, last activity, how the member redeems, and what the customer is worth.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

delivered as (
    select count(*) > 0 as has_ledger from {{ ref('int_points_entries_ordered') }}
),

tiers as (
    select
        history.member_id,
        history.tier,
        row_number() over (
            partition by history.member_id order by history.valid_from desc, history.tier asc
        ) as tier_rank
    from {{ ref('stg_crm__loyalty_tier_history') }} as history
    cross join run_context
    where
        history.valid_from <= run_context.as_of_date
        and (history.valid_to is null or history.valid_to > run_context.as_of_date)
),

points as (
    select
        lots.program_id,
        lots.member_id,
        sum(lots.issued_points) as issued_points,
        sum(lots.redeemed_points) as redeemed_points,
        {% for days in [30, 90] %}
        sum(
            case
                when
                    {{ dbt.datediff('run_context.as_of_date', 'lots.expires_date', 'day') }}
                    <= {{ days }}
                    then lots.open_points
                else 0
            end
        ) as points_expiring_{{ days }}d,
        {% endfor %}
        sum(lots.open_points) as open_points
    from {{ ref('points_ledger_lot') }} as lots
    cross join run_context
    group by lots.program_id, lots.member_id
),

activity as (
    select
        membership_key,
        max(last_activity_date) as last_activity_date,
        max(last_redemption_date) as last_redemption_date,
        sum(case when burn_count > 0 then 1 else 0 end) as redeeming_month_count
    from {{ ref('int_memberships_activity_counted') }}
    group by membership_key
)

select
    memberships.membership_key,
    run_context.as_of_date,
    memberships.program_id,
    programmes.programme_type,
    memberships.customer_key,
    memberships.is_test,
    memberships.club,
    memberships.enrolled_date,
    case when not memberships.is_open then memberships.left_date end as left_date,
    memberships.is_open,
    tiers.tier,
    case when tiers.tier is null then 'no tier on record' end as tier_reason,
    {% for column in [
        'issued_points', 'redeemed_points', 'open_points', 'points_expiring_30d',
        'points_expiring_90d',
    ] %}
    cast(case when delivered.has_ledger then coalesce(points.{{ column }}, 0) end as decimal(18, 4))
        as {{ column }},
    {% endfor %}
    case when not delivered.has_ledger then 'no loyalty ledger delivered' end as points_reason,
    case
        when not delivered.has_ledger then 'unknown'
        when coalesce(points.issued_points, 0) = 0 then 'no_points'
        when coalesce(activity.redeeming_month_count, 0) = 0 then 'collector'
        when activity.redeeming_month_count = 1 then 'once'
        else 'repeatedly'
    end as redemption_behaviour,
    activity.last_redemption_date,
    activity.last_activity_date,
    coalesce(value_tiers.value_tier, 'not_tiered') as value_tier,
    expected.p_alive,
    expected.clv_365d_amount,
    case when expected.clv_365d_amount is null then coalesce(expected.clv_reason, 'no purchase') end
        as clv_reason,
    run_context.currency_code
from {{ ref('int_memberships_resolved') }} as memberships
cross join run_context
cross join delivered
left join {{ ref('dim_programme') }} as programmes
    on memberships.program_id = programmes.program_id
left join tiers
    on memberships.member_id = tiers.member_id and tiers.tier_rank = 1
left join points
    on
        memberships.program_id = points.program_id
        and memberships.member_id = points.member_id
left join activity on memberships.membership_key = activity.membership_key
left join {{ ref('customer_value_tier') }} as value_tiers
    on memberships.customer_key = value_tiers.customer_key
left join {{ ref('customer_clv') }} as expected
    on memberships.customer_key = expected.customer_key
