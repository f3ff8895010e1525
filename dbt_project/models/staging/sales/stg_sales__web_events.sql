-- One row per event on the site or in the app (event_id): its latest version.
{{ latest_version('sales', 'web_events') }}
