-- One row per customer and day of its credit figures (customer_id, as_of): its latest version.
{{ latest_version('crm', 'crm_credit') }}
