-- Claim: the customers won over all channels and months are the buyers of the base (C18). Fails when
-- some are lost or counted twice.
with
won as (
    select coalesce(sum(new_customer_count), 0) as customer_count
    from {{ ref('int_acquisition_spent') }}
),

buyers as (
    select count(*) as customer_count
    from {{ ref('customer_cbs') }} as cbs
    inner join {{ ref('dim_customer') }} as customers
        on cbs.customer_key = customers.customer_key
    where not customers.is_test
)

select
    buyers.customer_count as expected,
    won.customer_count as observed
from won
cross join buyers
where won.customer_count <> buyers.customer_count
