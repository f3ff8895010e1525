-- One row per line of an invoice (source_system, order_id, line_no), each invoice once.
{{ config(materialized='view') }}
select
    source_system,
    invoice_no as order_id,
    line_no,
    product_id,
    cast(quantity as decimal(18, 4)) as qty,
    unit_price,
    line_kind
from {{ ref('stg_online_retail__lines') }}
where not is_overlap_copy
