-- Claim: every customer without a purchase in the last lapsed_after_days days is told causes of, and
-- nobody else; its weights add up to 1 exactly, so that those of the base add up to the churned.
with
rules as (
    select max(case when rule = 'lapsed_after_days' then value end) as lapsed_days
    from {{ ref('lifecycle_rules') }}
),

silent as (
    select cbs.customer_key
    from {{ ref('customer_cbs') }} as cbs
    cross join rules
    where cbs.t_days - cbs.t_x_days >= rules.lapsed_days
),

weighed as (
    select
        customer_key,
        sum(weight) as weight
    from {{ ref('churn_cause') }}
    group by customer_key
)

select
    coalesce(silent.customer_key, weighed.customer_key) as customer_key,
    weighed.weight
from silent
full outer join weighed on silent.customer_key = weighed.customer_key
where
    silent.customer_key is null
    or weighed.weight is null
    or weighed.weight <> 1
