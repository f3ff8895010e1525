-- One row per membership begun by the as-of date (membership_key): whose it is and on which days it
-- runs, from the day of joining to the day before leaving. A customer may hold several.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
)

select
    {{ surrogate_key(['members.program_id', 'members.member_id']) }} as membership_key,
    members.program_id,
    members.member_id,
    members.member_id_hmac,
    coalesce(identities.customer_key, 'unknown') as customer_key,
    coalesce(customers.is_test, false) as is_test,
    lower(trim(members.club)) as club,
    {{ business_date('members.enrolled_at', 'run_context.business_time_zone') }} as enrolled_date,
    coalesce(
        {{ business_date('members.left_at', 'run_context.business_time_zone') }},
        cast('9999-12-31' as date)
    ) as left_date,
    members.left_at is null or members.left_at >= run_context.as_of_end_at as is_open
from {{ ref('stg_crm__loyalty_members') }} as members
cross join run_context
left join {{ ref('bridge_customer_identity') }} as identities
    on
        members.source_system = identities.source_system
        and members.customer_id = identities.customer_id
left join {{ ref('dim_customer') }} as customers
    on identities.customer_key = customers.customer_key
where members.enrolled_at < run_context.as_of_end_at
