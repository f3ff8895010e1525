-- One row per order line with returns (source_system, order_id, line_no).
select
    source_system,
    order_id,
    line_no,
    sum(quantity) as returned_quantity,
    sum(amount) as returned_amount
from {{ ref('int_returns_unioned') }}
group by source_system, order_id, line_no
