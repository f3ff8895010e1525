-- One row per payment (payment_id): its latest version.
{{ latest_version('sales', 'sales_payments') }}
