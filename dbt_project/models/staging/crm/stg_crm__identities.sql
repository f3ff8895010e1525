-- One row per identifier of a source record (source_system, customer_id, id_type, id_value_hmac).
{{ latest_version('crm', 'crm_identities', id_type_of={'id_value': 'id_type'}) }}
