-- One row per campaign and customer assigned (campaign_id, customer_id): its latest version.
{{ latest_version('crm', 'crm_campaign_assignments') }}
