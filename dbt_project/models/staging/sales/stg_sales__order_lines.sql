-- One row per line of an order (order_id, line_no): its latest version.
{{ latest_version('sales', 'sales_order_lines') }}
