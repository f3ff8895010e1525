-- One row per returned order line and event (source_system, return_line_id) up to the as-of date.
select
    returned.source_system,
    returned.return_line_id,
    returned.order_id,
    returned.line_no,
    returned.returned_at,
    returned.qty as quantity,
    returned.amount,
    returned.reason_code,
    returned.restocked as is_restocked
from {{ ref('stg_sales__returns') }} as returned
cross join {{ source('raw', 'run_context') }} as run_context
where returned.returned_at < run_context.as_of_end_at
