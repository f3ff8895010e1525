-- One row per version of a product (product_id, valid_from), from the newest extract.
{{ latest_version('sales', 'sales_products') }}
