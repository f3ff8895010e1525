-- One row per promotion on an order line (order_id, line_no, promo_id): its latest version.
{{ latest_version('sales', 'sales_line_discounts') }}
