-- One row per activity and month (activity, period): its latest version.
{{ latest_version('sales', 'sales_cost_to_serve') }}
