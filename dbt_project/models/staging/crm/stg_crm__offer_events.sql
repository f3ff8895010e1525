-- One row per event of an offer (event_id): its latest version.
{{ latest_version('crm', 'crm_offer_events') }}
