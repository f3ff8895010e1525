-- One row per debit, lot and way of pairing (debit_entry_id, lot_entry_id, pairing): the points that
-- the debit takes from the lot; a debit that takes less than it is found no more.
-- 1 named: debits that name a lot draw on it, in the order of booking.
-- 2 in_order: debits that name none draw on what is left, first in first out by opening.
-- 3 regained: where such a debit finds nothing because a later one names a lot that was open at its
--   time, the ledger contradicts itself: spent points cannot expire or be taken back. The earlier
--   debit gets them, from the last of the later ones first.
-- 4 elsewhere: what named debits other than expiries could not get from their lot (a refund of
--   points that were spent) is taken from the member's other open lots.
-- Ledgers that name no lot, or all of them and overdraw none, come out as if played entry by entry;
-- one that does both, as if what it says of lots were known beforehand.
with
lots as (
    select * from {{ ref('int_points_entries_ordered') }}
    where is_lot
),

debits as (
    select * from {{ ref('int_points_entries_ordered') }}
    where not is_lot
),

named_pairs as (
    {{ paired_in_order('lots', 'debits', 'named', queue='lot_name') }}
),

lots_left as (
    {{ left_over('lots', 'named_pairs', 'lot_entry_id') }}
),

unnamed_debits as (
    select * from debits
    where lot_name is null
),

unnamed_pairs as (
    {{ paired_in_order('lots_left', 'unnamed_debits', 'in_order') }}
),

unserved_debits as (
    {{ left_over('unnamed_debits', 'unnamed_pairs', 'debit_entry_id') }}
),

-- Backwards in time: later named debits offer points, the earlier unnamed ones take them.
offered as (
    select
        pairs.debit_entry_id || '/' || pairs.lot_entry_id as entry_id,
        debits.member_id,
        debits.position,
        pairs.points,
        pairs.debit_entry_id,
        pairs.lot_entry_id,
        lots.position as lot_position
    from named_pairs as pairs
    inner join debits on pairs.debit_entry_id = debits.entry_id
    inner join lots on pairs.lot_entry_id = lots.entry_id
),

regaining as (
    {{ paired_in_order('offered', 'unserved_debits', 'regained', order='-position') }}
),

regained as (
    select
        regaining.*,
        offered.debit_entry_id as named_debit_entry_id,
        offered.lot_entry_id as regained_lot_entry_id
    from regaining
    inner join offered on regaining.lot_entry_id = offered.entry_id
    inner join unserved_debits on regaining.debit_entry_id = unserved_debits.entry_id
    where offered.lot_position < unserved_debits.position
),

-- What is regained the named debit has no longer.
settled_pairs as (
    select * from named_pairs
    union all
    select * from unnamed_pairs
    union all
    select
        debit_entry_id,
        regained_lot_entry_id,
        pairing,
        points
    from regained
    union all
    select
        named_debit_entry_id,
        regained_lot_entry_id,
        'named' as pairing,
        -points as points
    from regained
),

open_lots as (
    {{ left_over('lots', 'settled_pairs', 'lot_entry_id') }}
),

short_debits as (
    {{ left_over(
        'debits', 'settled_pairs', 'debit_entry_id', "lot_name is not null and kind <> 'expire'"
    ) }}
),

all_pairs as (
    select * from settled_pairs
    union all
    ({{ paired_in_order('open_lots', 'short_debits', 'elsewhere') }})
)

select
    debit_entry_id,
    lot_entry_id,
    pairing,
    cast(sum(points) as decimal(18, 4)) as points
from all_pairs
group by debit_entry_id, lot_entry_id, pairing
having sum(points) <> 0
