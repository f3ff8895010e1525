-- One row per contact outside of orders and tickets (interaction_id): its latest version.
{{ latest_version('crm', 'crm_interactions') }}
