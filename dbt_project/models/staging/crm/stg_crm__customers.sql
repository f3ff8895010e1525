-- One row per source record of a customer (source_system, customer_id): its latest version.
{{ latest_version(
    'crm',
    'crm_customers',
    derived={'birth_year': 'cast(extract(year from birth_date) as integer)'},
    unused=['street']
) }}
