-- One row per day (date): its latest version.
{{ latest_version('sales', 'calendar') }}
