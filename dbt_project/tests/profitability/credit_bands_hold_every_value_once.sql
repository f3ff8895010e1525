-- Claim: the bands of each characteristic of the credit scorecard begin open, end open and meet
-- without gap or overlap. Fails on each band that does not begin where the one before it ends.
with
bands as (
    select
        characteristic,
        lower_bound,
        upper_bound,
        row_number() over (
            partition by characteristic order by lower_bound nulls first
        ) as place,
        lag(upper_bound) over (
            partition by characteristic order by lower_bound nulls first
        ) as previous_upper_bound,
        lead(characteristic) over (
            partition by characteristic order by lower_bound nulls first
        ) as next_characteristic
    from {{ ref('credit_points') }}
)

select *
from bands
where
    (place = 1 and lower_bound is not null)
    or (place > 1 and coalesce(lower_bound <> previous_upper_bound, true))
    or ((next_characteristic is null) <> (upper_bound is null))
