-- One row per promotion (promo_id): its latest version.
{{ latest_version('sales', 'sales_promotions') }}
