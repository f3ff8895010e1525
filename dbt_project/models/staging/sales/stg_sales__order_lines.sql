{{ latest_version('sales', 'sales_order_lines') }}
