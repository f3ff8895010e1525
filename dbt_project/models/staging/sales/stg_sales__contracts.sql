-- One row per term of a contract (contract_id, term_no): its latest version.
{{ latest_version('sales', 'sales_contracts') }}
