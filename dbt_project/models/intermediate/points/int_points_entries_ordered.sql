-- One row per movement of points up to the as-of date (entry_id): its place in the order of booking,
-- and the lot that it fills or names. Of movements of one instant those that give points come first.
-- The sign decides: what gives points opens a lot of its own, what takes them is a debit. Movements
-- without points move nothing and are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- A number that stands in two programmes is that of the first by name.
members as (
    select
        memberships.member_id,
        memberships.program_id,
        memberships.enrolled_at,
        identities.customer_key,
        row_number() over (
            partition by memberships.member_id order by memberships.program_id
        ) as programme_rank
    from {{ ref('stg_crm__loyalty_members') }} as memberships
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            memberships.source_system = identities.source_system
            and memberships.customer_id = identities.customer_id
),

entries as (
    select
        ledger.*,
        ledger.points > 0 as is_lot
    from {{ ref('stg_crm__loyalty_ledger') }} as ledger
    cross join run_context
    where
        ledger.at < run_context.as_of_end_at
        and ledger.points <> 0
),

-- The name of a lot: the ledger's own; else the order, so that all points that an order earned are
-- one; else the movement.
lots as (
    select
        entry_id,
        member_id,
        lot_id,
        case when kind = 'earn' then order_id end as earning_order_id,
        member_id || '|' || coalesce(lot_id, case when kind = 'earn' then order_id end, entry_id)
            as lot_name
    from entries
    where is_lot
),

lots_by_id as (
    select distinct
        member_id,
        lot_id,
        lot_name
    from lots
    where lot_id is not null
),

lots_by_order as (
    select
        member_id,
        earning_order_id,
        min(lot_name) as lot_name
    from lots
    where earning_order_id is not null
    group by member_id, earning_order_id
)

select
    entries.entry_id,
    entries.member_id,
    coalesce(members.program_id, 'unknown') as program_id,
    coalesce(members.customer_key, 'unknown') as customer_key,
    entries.kind,
    entries.is_lot,
    entries.at as booked_at,
    {{ business_date('entries.at', 'run_context.business_time_zone') }} as booked_date,
    entries.points,
    row_number() over (
        partition by entries.member_id
        order by entries.at, case when entries.is_lot then 0 else 1 end, entries.entry_id
    ) as position,
    coalesce(
        own.lot_name,
        lots_by_id.lot_name,
        lots_by_entry.lot_name,
        case when entries.kind = 'reverse' then lots_by_order.lot_name end
    ) as lot_name,
    entries.lot_id,
    entries.order_id,
    entries.expires_at,
    coalesce(lower(trim(entries.funder)), 'own') <> 'own' as is_supplier_funded,
    coalesce(entries.at < members.enrolled_at, false) as is_before_enrolment,
    case
        when entries.kind in ('earn', 'opening') then not entries.is_lot
        when entries.kind in ('burn', 'expire') then entries.is_lot
        else false
    end as has_odd_sign
from entries
cross join run_context
left join members
    on
        entries.member_id = members.member_id
        and members.programme_rank = 1
left join lots as own on entries.entry_id = own.entry_id
left join lots_by_id
    on
        entries.member_id = lots_by_id.member_id
        and entries.lot_id = lots_by_id.lot_id
-- Ledgers without lot ids name a lot by the movement that filled it.
left join lots as lots_by_entry
    on
        entries.member_id = lots_by_entry.member_id
        and entries.lot_id = lots_by_entry.entry_id
left join lots_by_order
    on
        entries.member_id = lots_by_order.member_id
        and entries.order_id = lots_by_order.earning_order_id
