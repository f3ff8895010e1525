-- Claim: where the scope has a model of buying by period, each customer has its figures, and the
-- customers are those with a purchase occasion. Fails on each customer for whom this does not hold.
with
periods as (
    select * from {{ ref('customer_repeat_by_period') }}
),

chosen as (
    select scope
    from {{ ref('model_run') }}
    where role = 'repeat_by_period' and is_chosen
)

select coalesce(cbs.customer_key, periods.customer_key) as customer_key
from {{ ref('customer_cbs') }} as cbs
full outer join periods on cbs.customer_key = periods.customer_key
left join chosen on periods.scope = chosen.scope
where
    cbs.customer_key is null
    or periods.customer_key is null
    or (chosen.scope is not null and (periods.p_alive is null or periods.period_reason is not null))
    or periods.p_alive < 0
    or periods.p_alive > 1 + 1e-9
