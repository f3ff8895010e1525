-- One row per line of an order or credit note (delivered_by, order_id, line_no).
{{ config(materialized='view') }}
select
    'sales' as delivered_by,
    order_id,
    line_no,
    product_id,
    qty as quantity,
    list_price,
    unit_price,
    discount,
    promo_id,
    cost as unit_cost,
    'product' as line_kind
from {{ ref('stg_sales__order_lines') }}
union all
select
    'online_retail' as delivered_by,
    order_id,
    line_no,
    product_id,
    qty as quantity,
    null as list_price,
    unit_price,
    null as discount,
    null as promo_id,
    null as unit_cost,
    line_kind
from {{ ref('stg_online_retail__order_lines') }}
