-- One row per loyalty programme (program_id): its latest version.
{{ latest_version('crm', 'loyalty_programs') }}
