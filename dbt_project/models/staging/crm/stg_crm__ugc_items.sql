-- One row per published contribution of a customer (ugc_id): its latest version.
{{ latest_version('crm', 'ugc_items', unused=['text']) }}
