-- One row per order (source_system, order_id): its latest version.
{{ latest_version(
    'sales',
    'sales_orders',
    derived={'member_id_hmac': identifier_hmac('member_id', "'loyalty_no'")}
) }}
