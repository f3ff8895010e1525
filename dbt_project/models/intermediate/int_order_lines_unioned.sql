-- One row per line of an order or credit note (source_system, order_id, line_no).
select
    source_system,
    order_id,
    line_no,
    product_id,
    qty as quantity,
    list_price,
    unit_price,
    discount,
    promo_id,
    cost as unit_cost,
    'product' as line_kind,
    'sales' as delivered_by
from {{ ref('stg_sales__order_lines') }}
