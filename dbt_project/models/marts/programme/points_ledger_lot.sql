-- One row per lot of points (lot_entry_id: the movement that opened it): where its points went up to
-- the as-of date. Debits are paired with lots in int_points_debits_paired.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

taken as (
    select
        pairs.lot_entry_id,
        sum(case when debits.kind = 'burn' then pairs.points else 0 end) as redeemed_points,
        sum(case when debits.kind = 'expire' then pairs.points else 0 end) as expired_points,
        sum(case when debits.kind = 'reverse' then pairs.points else 0 end) as reversed_points,
        sum(pairs.points) as taken_points,
        sum(case when pairs.pairing = 'elsewhere' then pairs.points else 0 end) as elsewhere_points,
        min(case when debits.kind = 'burn' then debits.booked_date end) as first_redeemed_date
    from {{ ref('int_points_debits_paired') }} as pairs
    inner join {{ ref('int_points_entries_ordered') }} as debits
        on pairs.debit_entry_id = debits.entry_id
    group by pairs.lot_entry_id
),

lots as (
    select
        entries.*,
        -- Without a date in the ledger the programme's rule holds.
        coalesce(
            entries.expires_at,
            {{ dbt.dateadd('month', 'programs.expiry_months', 'entries.booked_at') }}
        ) as lot_expires_at,
        coalesce(taken.redeemed_points, 0) as redeemed_points,
        coalesce(taken.expired_points, 0) as expired_points,
        coalesce(taken.reversed_points, 0) as reversed_points,
        coalesce(taken.taken_points, 0) as taken_points,
        coalesce(taken.elsewhere_points, 0) as elsewhere_points,
        taken.first_redeemed_date
    from {{ ref('int_points_entries_ordered') }} as entries
    left join {{ ref('stg_crm__loyalty_programs') }} as programs
        on entries.program_id = programs.program_id
    left join taken on entries.entry_id = taken.lot_entry_id
    where entries.is_lot
),

judged as (
    select
        lots.*,
        lots.points - lots.taken_points as left_points,
        coalesce(lots.lot_expires_at < run_context.as_of_end_at, false) as is_past_expiry
    from lots
    cross join run_context
)

select
    judged.entry_id as lot_entry_id,
    run_context.as_of_date,
    judged.program_id,
    judged.member_id,
    judged.customer_key,
    judged.kind as lot_kind,
    judged.lot_id,
    judged.order_id,
    judged.booked_date as issued_date,
    cast({{ dbt.date_trunc('month', 'judged.booked_date') }} as date) as issue_month_date,
    {{ business_date('judged.lot_expires_at', 'run_context.business_time_zone') }} as expires_date,
    judged.is_supplier_funded,
    judged.is_before_enrolment,
    judged.has_odd_sign,
    judged.points as issued_points,
    cast(judged.redeemed_points as decimal(18, 4)) as redeemed_points,
    cast(judged.expired_points as decimal(18, 4)) as expired_points,
    cast(case when judged.is_past_expiry then judged.left_points else 0 end as decimal(18, 4))
        as expired_unbooked_points,
    cast(judged.reversed_points as decimal(18, 4)) as reversed_points,
    cast(
        judged.taken_points - judged.redeemed_points - judged.expired_points
        - judged.reversed_points
        as decimal(18, 4)
    ) as adjusted_down_points,
    cast(case when judged.is_past_expiry then 0 else judged.left_points end as decimal(18, 4))
        as open_points,
    cast(judged.elsewhere_points as decimal(18, 4)) as taken_for_other_lots_points,
    judged.first_redeemed_date
from judged
cross join run_context
