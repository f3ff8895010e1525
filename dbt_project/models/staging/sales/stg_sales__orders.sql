{{ latest_version('sales', 'sales_orders') }}
