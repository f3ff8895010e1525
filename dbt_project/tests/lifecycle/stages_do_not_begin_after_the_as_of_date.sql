-- Claim: a stage has begun by the as-of date, and not before the stage that purchases and calendar put
-- before it: nobody is new before the first purchase, lapsed before the last. Fails on each customer for
-- whom that does not hold.
select
    states.customer_key,
    states.lifecycle_stage,
    states.stage_since_date
from {{ ref('lifecycle_state') }} as states
left join {{ ref('customer_cbs') }} as statistics
    on states.customer_key = statistics.customer_key
where
    states.stage_since_date > states.as_of_date
    or (states.lifecycle_stage <> 'prospect' and states.stage_since_date < statistics.first_purchase_date)
    or (
        states.lifecycle_stage in ('lapsed', 'churned')
        and states.stage_since_date <= statistics.last_purchase_date
    )
