{#- Debits paired with the lots they draw on, first in first out within each queue: one row per
    debit and lot that meet (debit_entry_id, lot_entry_id), with the `pairing` named and the points
    that the debit takes from the lot.

    `lots` and `debits` name relations with entry_id, member_id, position and points (of either
    sign). `queue` is the column within which they meet: a debit where it is null finds nothing.
    `order` is the order of booking; '-position' looks at it from its end.

    Laid end to end, lots and debits are intervals of one axis, and a debit takes what its interval
    shares with those of the lots. It finds only what was booked before it: the running maximum of
    debits less lots is what debits so far could not get, and each rise of it is what one debit did
    not get. With that left out no interval of a debit reaches beyond the lots of its time, so one
    pass of running sums gives what playing the entries one after the other would. -#}
{% macro paired_in_order(lots, debits, pairing, queue='member_id', order='position') -%}
    with
    moves as (
        select
            {{ queue }} as queue,
            {{ order }} as place,
            entry_id,
            abs(points) as lot_points,
            cast(0 as decimal(18, 4)) as debit_points
        from {{ lots }}
        union all
        select
            {{ queue }} as queue,
            {{ order }} as place,
            entry_id,
            cast(0 as decimal(18, 4)) as lot_points,
            abs(points) as debit_points
        from {{ debits }}
    ),

    summed as (
        select
            *,
            sum(lot_points) {{ so_far_in_queue() }} as lots_upto,
            sum(debit_points) {{ so_far_in_queue() }} as debits_upto
        from moves
    ),

    limited as (
        select
            *,
            debits_upto - greatest(max(debits_upto - lots_upto) {{ so_far_in_queue() }}, 0)
                as served_upto
        from summed
    ),

    served as (
        select
            *,
            coalesce(lag(served_upto) over (partition by queue order by place, entry_id), 0)
                as served_above
        from limited
    )

    select
        debit_moves.entry_id as debit_entry_id,
        lot_moves.entry_id as lot_entry_id,
        '{{ pairing }}' as pairing,
        cast(
            least(debit_moves.served_upto, lot_moves.lots_upto)
            - greatest(debit_moves.served_above, lot_moves.lots_upto - lot_moves.lot_points)
            as decimal(18, 4)
        ) as points
    from served as debit_moves
    inner join served as lot_moves
        on
            debit_moves.queue = lot_moves.queue
            and debit_moves.served_upto > lot_moves.lots_upto - lot_moves.lot_points
            and debit_moves.served_above < lot_moves.lots_upto
    where
        debit_moves.served_upto > debit_moves.served_above
        and lot_moves.lot_points > 0
        and {{ computed_once() }}
{%- endmacro %}

{% macro so_far_in_queue() -%}
    over (partition by queue order by place, entry_id rows unbounded preceding)
{%- endmacro %}
