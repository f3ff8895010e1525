-- One row per event of a message (event_id): its latest version.
{{ latest_version('crm', 'crm_message_events') }}
