-- One row per comparison, landmark and customer (scope, landmark_date, is_today, customer_key): a
-- member who joined in the landmark's month (exposed), or a customer who had not joined by the
-- landmark, and the stratum of those alike. Who joins later stays among the others: taking
-- them out would look ahead. Rows of is_today are members and others as they stand.
with
memberships as (
    select
        *,
        min(program_id) over () <> max(program_id) over () as is_of_several
    from {{ ref('int_memberships_resolved') }}
    where customer_key <> 'unknown' and not is_test
),

landmarked as (
    select * from {{ ref('int_customers_landmarked') }}
),

-- Of a firm with one programme the programme is the base.
joined as (
    select
        'base' as scope,
        cast(null as string) as program_id,
        customer_key,
        min(enrolled_date) as joined_date,
        bool_or(is_open) as is_member
    from memberships
    group by customer_key
    union all
    select
        'programme/' || program_id as scope,
        program_id,
        customer_key,
        min(enrolled_date) as joined_date,
        bool_or(is_open) as is_member
    from memberships
    where is_of_several
    group by program_id, customer_key
),

scopes as (
    select distinct
        scope,
        program_id
    from joined
),

clubs as (
    select distinct
        program_id,
        club
    from memberships
    where club is not null
),

of_programmes as (
    select
        scopes.scope,
        scopes.program_id,
        cast(null as string) as club,
        landmarked.landmark_date,
        landmarked.is_today,
        landmarked.customer_key,
        case
            when landmarked.is_today then coalesce(joined.is_member, false)
            else coalesce(joined.joined_date <= landmarked.landmark_date, false)
        end as is_exposed,
        coalesce(joined.joined_date > landmarked.landmark_date, false) as is_later_joined,
        landmarked.stratum
    from landmarked
    cross join scopes
    left join joined
        on
            scopes.scope = joined.scope
            and landmarked.customer_key = joined.customer_key
    where
        landmarked.is_today
        or joined.joined_date is null
        or joined.joined_date >= landmarked.month_start_date
),

-- A club is compared within its programme: those who joined it in a month, and those who joined the
-- programme in that month without a club. Who is in both is of the club.
of_clubs as (
    select
        'club/' || clubs.program_id || '/' || clubs.club as scope,
        clubs.program_id,
        clubs.club,
        landmarked.landmark_date,
        landmarked.is_today,
        landmarked.customer_key,
        bool_or(memberships.club is not null) as is_exposed,
        false as is_later_joined,
        landmarked.stratum
    from clubs
    inner join memberships
        on
            clubs.program_id = memberships.program_id
            and clubs.club = coalesce(memberships.club, clubs.club)
    inner join landmarked
        on
            memberships.customer_key = landmarked.customer_key
            and case
                when landmarked.is_today then memberships.is_open
                else memberships.enrolled_date
                    between landmarked.month_start_date and landmarked.landmark_date
            end
    group by
        clubs.program_id, clubs.club, landmarked.landmark_date, landmarked.is_today,
        landmarked.customer_key, landmarked.stratum
)

select * from of_programmes
union all
select * from of_clubs
