-- Claim: each debit takes only points, from lots of its own member that were opened before it, and
-- all together not more than it is. Fails with what breaks this.
select
    debits.entry_id,
    min(-debits.points) as debit_points,
    sum(pairs.points) as paired_points
from {{ ref('int_points_debits_paired') }} as pairs
left join {{ ref('int_points_entries_ordered') }} as debits
    on pairs.debit_entry_id = debits.entry_id
left join {{ ref('int_points_entries_ordered') }} as lots
    on
        pairs.lot_entry_id = lots.entry_id
        and debits.member_id = lots.member_id
        and debits.position > lots.position
group by debits.entry_id
having
    sum(pairs.points) > min(-debits.points)
    or min(pairs.points) <= 0
    or count(lots.entry_id) < count(*)
    or debits.entry_id is null
