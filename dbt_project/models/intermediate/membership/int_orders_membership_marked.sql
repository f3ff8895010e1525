-- One row per order or credit note (order_key): whether it showed a membership number, and whether
-- it is a member's: it showed a number, or its customer held a membership on its day. It counts for
-- one programme: that of the number shown, else the one joined first.
with
orders_of_members as (
    select
        orders.order_key,
        memberships.program_id,
        row_number() over (
            partition by orders.order_key
            order by memberships.enrolled_date, memberships.program_id, memberships.membership_key
        ) as membership_rank
    from {{ ref('int_orders_keyed') }} as orders
    inner join {{ ref('int_memberships_resolved') }} as memberships
        on
            orders.customer_key = memberships.customer_key
            and orders.purchase_date >= memberships.enrolled_date
            and orders.purchase_date < memberships.left_date
    where orders.customer_key <> 'unknown'
),

-- A number that stands in two programmes is that of the first by name.
numbers as (
    select
        member_id_hmac,
        min(program_id) as program_id
    from {{ ref('int_memberships_resolved') }}
    group by member_id_hmac
)

select
    keyed.order_key,
    orders.member_id_hmac is not null as is_carded,
    orders.member_id_hmac is not null or orders_of_members.order_key is not null as is_member,
    case
        when orders.member_id_hmac is not null or orders_of_members.order_key is not null
            then coalesce(numbers.program_id, orders_of_members.program_id, 'unknown')
    end as program_id
from {{ ref('int_orders_keyed') }} as keyed
inner join {{ ref('int_orders_unioned') }} as orders
    on
        keyed.source_system = orders.source_system
        and keyed.order_id = orders.order_id
left join numbers on orders.member_id_hmac = numbers.member_id_hmac
left join orders_of_members
    on
        keyed.order_key = orders_of_members.order_key
        and orders_of_members.membership_rank = 1
