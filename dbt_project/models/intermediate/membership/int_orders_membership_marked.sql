-- One row per order or credit note (order_key): whether it showed a membership number, and whether
-- it is a member's: it showed a number, or its customer held a membership on its day.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- From the day of joining to the day before leaving; two programmes may overlap.
memberships as (
    select
        identities.customer_key,
        {{ business_date('members.enrolled_at', 'run_context.business_time_zone') }}
            as enrolled_date,
        coalesce(
            {{ business_date('members.left_at', 'run_context.business_time_zone') }},
            cast('9999-12-31' as date)
        ) as left_date
    from {{ ref('stg_crm__loyalty_members') }} as members
    cross join run_context
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            members.source_system = identities.source_system
            and members.customer_id = identities.customer_id
),

orders_of_members as (
    select distinct orders.order_key
    from {{ ref('int_orders_keyed') }} as orders
    inner join memberships
        on
            orders.customer_key = memberships.customer_key
            and orders.purchase_date >= memberships.enrolled_date
            and orders.purchase_date < memberships.left_date
)

select
    keyed.order_key,
    orders.member_id_hmac is not null as is_carded,
    orders.member_id_hmac is not null or orders_of_members.order_key is not null as is_member
from {{ ref('int_orders_keyed') }} as keyed
inner join {{ ref('int_orders_unioned') }} as orders
    on
        keyed.source_system = orders.source_system
        and keyed.order_id = orders.order_id
left join orders_of_members on keyed.order_key = orders_of_members.order_key
