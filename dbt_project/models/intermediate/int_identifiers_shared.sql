-- One row per source record and identifier (source_system, customer_id, id_type, id_value_hmac)
-- that identifies a person and stands in more than one record: only these can join records.
with
rules as (
    select * from {{ ref('identity_rules') }}
    where is_identifying
),

identifiers as (
    select
        source_system,
        customer_id,
        id_type,
        id_value_hmac
    from {{ ref('int_identities_unioned') }}
    where is_verified
    union
    select
        source_system,
        record_id as customer_id,
        'email' as id_type,
        guest_email_hmac as id_value_hmac
    from {{ ref('int_orders_unioned') }}
    where customer_id is null and guest_email_hmac is not null
    union
    select
        source_system,
        record_id as customer_id,
        'phone' as id_type,
        guest_phone_hmac as id_value_hmac
    from {{ ref('int_orders_unioned') }}
    where customer_id is null and guest_phone_hmac is not null
),

known_records as (
    select
        identifiers.*,
        rules.max_records
    from identifiers
    inner join rules on identifiers.id_type = rules.id_type
    inner join {{ ref('int_source_records_unioned') }} as records
        on
            identifiers.source_system = records.source_system
            and identifiers.customer_id = records.customer_id
),

shared as (
    select
        id_type,
        id_value_hmac
    from known_records
    group by id_type, id_value_hmac
    having count(*) > 1 and count(*) <= max(max_records)
)

select
    known_records.source_system,
    known_records.customer_id,
    known_records.id_type,
    known_records.id_value_hmac
from known_records
inner join shared
    on
        known_records.id_type = shared.id_type
        and known_records.id_value_hmac = shared.id_value_hmac
