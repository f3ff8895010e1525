-- One row per identifier that a source system keeps of a customer record
-- (source_system, customer_id, id_type, id_value_hmac).
select
    source_system,
    customer_id,
    lower(id_type) as id_type,
    id_value_hmac,
    coalesce(verified, false) as is_verified,
    first_seen_at
from {{ ref('stg_crm__identities') }}
where id_value_hmac is not null
