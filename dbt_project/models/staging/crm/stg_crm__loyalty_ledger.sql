-- One row per movement of points (entry_id): its latest version.
{{ latest_version('crm', 'loyalty_ledger') }}
