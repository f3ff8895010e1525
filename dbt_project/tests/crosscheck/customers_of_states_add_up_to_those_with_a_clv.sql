-- Claim: every customer of the base with a purchase is in exactly one state of silence. A row is the
-- difference: a state is missing, or days since the last purchase are read in two ways.
with
states as (
    select sum(customer_count) as customer_count
    from {{ ref('state_value') }}
),

base as (
    select count(*) as customer_count
    from {{ ref('customer_clv') }} as clv
    inner join {{ ref('dim_customer') }} as customers on clv.customer_key = customers.customer_key
    where not customers.is_test
)

select
    states.customer_count as state_customer_count,
    base.customer_count as base_customer_count
from states
cross join base
where coalesce(states.customer_count, 0) <> base.customer_count
