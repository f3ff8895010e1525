-- One row per return of an order line (delivered_by, return_line_id) up to the as-of date.
-- The online shop books returns as credit notes, which are orders of their own.
select
    'sales' as delivered_by,
    returned.return_line_id,
    returned.order_id,
    returned.line_no,
    returned.returned_at,
    {{ business_date('returned.returned_at', 'run_context.business_time_zone') }} as returned_date,
    returned.qty as quantity,
    returned.amount,
    returned.reason_code,
    returned.restocked as is_restocked
from {{ ref('stg_sales__returns') }} as returned
cross join {{ source('raw', 'run_context') }} as run_context
where returned.returned_at < run_context.as_of_end_at
