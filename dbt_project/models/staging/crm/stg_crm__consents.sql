-- One row per decision about consent (consent_id): its latest version.
{{ latest_version('crm', 'crm_consents') }}
