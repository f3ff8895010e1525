-- One row per marketing campaign (campaign_id): its latest version.
{{ latest_version('crm', 'crm_campaigns') }}
