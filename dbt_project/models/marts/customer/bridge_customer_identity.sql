-- One row per source record of a person (source_system, customer_id): the customer it belongs to.
select
    source_system,
    customer_id,
    customer_key,
    method,
    cast(null as double) as weight,
    first_seen_at as valid_from_at,
    cast(null as timestamp) as valid_to_at
from {{ ref('int_customers_resolved') }}
