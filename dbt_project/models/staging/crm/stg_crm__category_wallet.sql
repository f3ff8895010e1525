-- One row per customer, category and month (customer_id, category_id, period): its latest version.
{{ latest_version('crm', 'crm_category_wallet') }}
