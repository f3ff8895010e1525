-- One row per service case (ticket_id): its latest version.
{{ latest_version('crm', 'crm_tickets') }}
