-- One row per membership and calendar month with something in it (membership_key, month_date): points
-- earned and redeemed, visits, and steps of a game. Visits and games are of the customer: they count
-- for each membership held on their day. Test accounts are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

memberships as (
    select * from {{ ref('int_memberships_resolved') }}
    where not is_test
),

moved as (
    select
        {{ surrogate_key(['program_id', 'member_id']) }} as membership_key,
        booked_date as activity_date,
        case when kind = 'earn' then 1 else 0 end as earn_count,
        case when kind = 'burn' then 1 else 0 end as burn_count,
        case when kind = 'earn' then points else 0 end as earned_points,
        case when kind = 'burn' then -points else 0 end as redeemed_points
    from {{ ref('int_points_entries_ordered') }}
    where kind in ('earn', 'burn')
),

played as (
    select
        identities.customer_key,
        {{ business_date('interactions.at', 'run_context.business_time_zone') }} as visit_date,
        0 as visit_count,
        games.game_event
    from {{ ref('stg_crm__interactions') }} as interactions
    cross join run_context
    inner join {{ ref('game_events') }} as games
        on
            lower(interactions.topic) = games.topic
            and lower(interactions.outcome) = games.outcome
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            interactions.source_system = identities.source_system
            and interactions.customer_id = identities.customer_id
    where interactions.at < run_context.as_of_end_at
    union all
    select
        customer_key,
        visit_date,
        session_count + visit_count as visit_count,
        null as game_event
    from {{ ref('int_customers_visits_counted') }}
    where session_count + visit_count > 0
),

activities as (
    select
        moved.membership_key,
        moved.activity_date,
        moved.earn_count,
        moved.burn_count,
        moved.earned_points,
        moved.redeemed_points,
        0 as visit_count,
        null as game_event
    from moved
    inner join memberships on moved.membership_key = memberships.membership_key
    union all
    select
        memberships.membership_key,
        played.visit_date as activity_date,
        0 as earn_count,
        0 as burn_count,
        0 as earned_points,
        0 as redeemed_points,
        played.visit_count,
        played.game_event
    from played
    inner join memberships
        on
            played.customer_key = memberships.customer_key
            and played.visit_date >= memberships.enrolled_date
            and played.visit_date < memberships.left_date
)

select
    membership_key,
    cast({{ dbt.date_trunc('month', 'activity_date') }} as date) as month_date,
    cast(sum(earn_count) as bigint) as earn_count,
    cast(sum(burn_count) as bigint) as burn_count,
    cast(sum(earned_points) as decimal(18, 4)) as earned_points,
    cast(sum(redeemed_points) as decimal(18, 4)) as redeemed_points,
    cast(sum(visit_count) as bigint) as visit_count,
    sum(case when game_event = 'challenge_join' then 1 else 0 end) as challenge_join_count,
    sum(case when game_event = 'challenge_finish' then 1 else 0 end) as challenge_finish_count,
    sum(case when game_event = 'badge' then 1 else 0 end) as badge_count,
    max(activity_date) as last_activity_date,
    max(case when burn_count > 0 then activity_date end) as last_redemption_date
from activities
group by membership_key, cast({{ dbt.date_trunc('month', 'activity_date') }} as date)
