{{ latest_version('sales', 'fx_rates') }}
