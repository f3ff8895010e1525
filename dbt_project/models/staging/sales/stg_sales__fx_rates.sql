-- One row per day and currency with a rate (date, currency): its latest version.
{{ latest_version('sales', 'fx_rates') }}
