-- One row per source record and identifier (source_system, customer_id, id_type, id_value_hmac) of a
-- kind that proves a person: what a customer verified and what a guest ordered with.
with
guest_orders as (
    select * from {{ ref('int_orders_unioned') }}
    where customer_id is null
),

identifiers as (
    select
        source_system,
        customer_id,
        id_type,
        id_value_hmac
    from {{ ref('int_identities_unioned') }}
    where is_verified
    {% for id_type, column in [
        ('email', 'guest_email_hmac'), ('phone', 'guest_phone_hmac'), ('loyalty_no', 'member_id_hmac'),
    ] %}
    union
    select
        source_system,
        record_id as customer_id,
        '{{ id_type }}' as id_type,
        {{ column }} as id_value_hmac
    from guest_orders
    where {{ column }} is not null
    {% endfor %}
)

select
    identifiers.source_system,
    identifiers.customer_id,
    identifiers.id_type,
    identifiers.id_value_hmac,
    rules.max_records
from identifiers
inner join {{ ref('identity_rules') }} as rules
    on
        identifiers.id_type = rules.id_type
        and rules.is_identifying
