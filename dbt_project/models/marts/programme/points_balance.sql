-- One row per member number (member_id) of the memberships or the ledger: what the ledger adds up
-- to, what the member's lots hold, and the debits that found no lot, which are the difference.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

entries as (
    select * from {{ ref('int_points_entries_ordered') }}
),

delivered as (
    select count(*) > 0 as has_ledger from {{ ref('stg_crm__loyalty_ledger') }}
),

-- A number that stands in two programmes is that of the first by name.
numbers as (
    select
        member_id,
        min(program_id) as program_id
    from (
        select
            member_id,
            program_id
        from {{ ref('stg_crm__loyalty_members') }}
        union all
        select distinct
            member_id,
            program_id
        from entries
        where program_id = 'unknown'
    ) as numbers_of_both
    group by member_id
),

debits as (
    select
        debits.member_id,
        debits.kind,
        -debits.points as points,
        coalesce(sum(pairs.points), 0) as paired_points,
        coalesce(sum(case when pairs.pairing = 'elsewhere' then pairs.points end), 0)
            as elsewhere_points
    from entries as debits
    left join {{ ref('int_points_debits_paired') }} as pairs
        on debits.entry_id = pairs.debit_entry_id
    where not debits.is_lot
    group by debits.entry_id, debits.member_id, debits.kind, debits.points
),

missing as (
    select
        member_id,
        sum(case when kind = 'expire' then points - paired_points else 0 end)
            as overexpired_points,
        sum(case when kind <> 'expire' then points - paired_points else 0 end) as debt_points,
        sum(elsewhere_points) as elsewhere_points
    from debits
    group by member_id
),

held as (
    select
        member_id,
        count(*) as lot_count,
        sum(issued_points) as issued_points,
        sum(redeemed_points) as redeemed_points,
        sum(expired_points) as expired_points,
        sum(expired_unbooked_points) as expired_unbooked_points,
        sum(reversed_points) as reversed_points,
        sum(adjusted_down_points) as adjusted_down_points,
        sum(open_points) as open_points,
        min(case when open_points > 0 then expires_date end) as next_expiry_date
    from {{ ref('points_ledger_lot') }}
    group by member_id
),

booked as (
    select
        member_id,
        sum(points) as ledger_points
    from entries
    group by member_id
)

select
    numbers.member_id,
    run_context.as_of_date,
    numbers.program_id,
    {% for column in [
        'issued_points', 'redeemed_points', 'expired_points', 'expired_unbooked_points',
        'reversed_points', 'adjusted_down_points', 'open_points'
    ] -%}
    cast(case when delivered.has_ledger then coalesce(held.{{ column }}, 0) end as decimal(18, 4))
        as {{ column }},
    {% endfor -%}
    held.next_expiry_date,
    {% for column in ['debt_points', 'overexpired_points', 'elsewhere_points'] -%}
    cast(
        case when delivered.has_ledger then coalesce(missing.{{ column }}, 0) end as decimal(18, 4)
    ) as {{ column }},
    {% endfor -%}
    cast(
        case when delivered.has_ledger then coalesce(booked.ledger_points, 0) end as decimal(18, 4)
    ) as ledger_balance_points,
    case
        when not delivered.has_ledger then 'no loyalty ledger delivered'
        when missing.debt_points > 0 and missing.overexpired_points > 0
            then 'more was spent or taken back than was there, and more expired than was open'
        when missing.debt_points > 0 then 'more was spent or taken back than was there'
        when missing.overexpired_points > 0 then 'more expired than was open'
    end as balance_reason
from numbers
cross join run_context
cross join delivered
left join held on numbers.member_id = held.member_id
left join missing on numbers.member_id = missing.member_id
left join booked on numbers.member_id = booked.member_id
