-- One row per step of a service case (ticket_event_id): its latest version.
{{ latest_version('crm', 'crm_ticket_events') }}
