{{ latest_version('sales', 'sales_returns') }}
