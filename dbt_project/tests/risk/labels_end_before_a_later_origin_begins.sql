-- Claim: what is learned from an origin is over before any later origin begins, so that no hold-out of
-- the churn backtest is seen in training. Fails on each pair of origins where the label of the earlier
-- reaches into the horizon of the later.
select
    earlier.origin_number as earlier_number,
    later.origin_number as later_number
from {{ ref('int_churn_origins_dated') }} as earlier
inner join {{ ref('int_churn_origins_dated') }} as later
    on earlier.origin_number > later.origin_number
where
    earlier.label_end_date > later.origin_date
    or earlier.origin_date >= later.origin_date
    or earlier.label_end_date <= earlier.origin_date
