-- One row per identifier of a customer record (source_system, customer_id, id_type, id_value_hmac).
with
kept as (
    select
        source_system,
        customer_id,
        lower(id_type) as id_type,
        id_value_hmac,
        coalesce(verified, false) as is_verified,
        first_seen_at
    from {{ ref('stg_crm__identities') }}
    union all
    -- The programme gave out the number, so a membership is proof of it.
    select
        source_system,
        customer_id,
        'loyalty_no' as id_type,
        member_id_hmac as id_value_hmac,
        true as is_verified,
        enrolled_at as first_seen_at
    from {{ ref('stg_crm__loyalty_members') }}
)

-- Two spellings of one e-mail are one identifier once they are hashed.
select
    source_system,
    customer_id,
    id_type,
    id_value_hmac,
    bool_or(is_verified) as is_verified,
    min(first_seen_at) as first_seen_at
from kept
where id_value_hmac is not null
group by source_system, customer_id, id_type, id_value_hmac
