-- One row per source record and identifier (source_system, customer_id, id_type, id_value_hmac)
-- that proves a person and stands in more than one record: only these can join records.
with
proving as (
    select
        identifiers.source_system,
        identifiers.customer_id,
        identifiers.id_type,
        identifiers.id_value_hmac,
        identifiers.max_records
    from {{ ref('int_identifiers_gathered') }} as identifiers
    -- An identity of a customer who is in no extract joins nobody.
    inner join {{ ref('int_source_records_unioned') }} as records
        on
            identifiers.source_system = records.source_system
            and identifiers.customer_id = records.customer_id
),

shared as (
    select
        id_type,
        id_value_hmac
    from proving
    group by id_type, id_value_hmac
    having count(*) between 2 and max(max_records)
)

select
    proving.source_system,
    proving.customer_id,
    proving.id_type,
    proving.id_value_hmac
from proving
inner join shared
    on
        proving.id_type = shared.id_type
        and proving.id_value_hmac = shared.id_value_hmac
