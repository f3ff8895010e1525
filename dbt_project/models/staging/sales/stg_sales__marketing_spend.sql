-- One row per day, channel and campaign (date, channel, campaign_id): its latest version.
{{ latest_version('sales', 'marketing_spend') }}
