{{ latest_version('crm', 'loyalty_members') }}
