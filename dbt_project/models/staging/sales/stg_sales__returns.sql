-- One row per return of an order line (return_line_id): its latest version.
{{ latest_version('sales', 'sales_returns') }}
