{{ latest_version('sales', 'sales_products') }}
