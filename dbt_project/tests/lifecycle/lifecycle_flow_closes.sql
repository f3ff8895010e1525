-- Claim: opening + new + resurrecting - dormant = closing, the closing of a period is the opening of
-- the next, the first opens with nobody, and buyers are new, resurrecting or returning (of those who
-- return from dormancy in a period some may have bought earlier in it). Fails on each period that
-- does not close.
with
flows as (
    select
        *,
        lag(closing_count) over (partition by period_kind order by period_start_date)
            as previous_closing_count
    from {{ ref('lifecycle_flow') }}
)

select
    period_kind,
    period_start_date,
    previous_closing_count,
    opening_count,
    closing_count
from flows
where
    opening_count + new_count + resurrecting_count - dormant_count <> closing_count
    or opening_count <> coalesce(previous_closing_count, 0)
    or buyer_count > new_count + resurrecting_count + returning_count
    or retained_count not between 0 and opening_count
    or retained_count > closing_count
