-- Claim: a lapsed customer of the base that is still there is a candidate, or has an attempt on record;
-- and nobody else is a candidate.
with
lapsed as (
    select silences.customer_key
    from {{ ref('int_silences_dated') }} as silences
    inner join {{ ref('dim_customer') }} as customers
        on silences.customer_key = customers.customer_key
    where
        silences.is_open and silences.is_lapsed
        and not silences.is_test_customer and not customers.is_deleted
),

registered as (
    select
        customer_key,
        bool_or(attempt_state = 'candidate') as is_candidate
    from {{ ref('winback') }}
    group by customer_key
)

select
    coalesce(lapsed.customer_key, registered.customer_key) as customer_key,
    registered.is_candidate
from lapsed
full outer join registered on lapsed.customer_key = registered.customer_key
where
    registered.customer_key is null
    or (lapsed.customer_key is null and registered.is_candidate)
