-- Claim: every case that was created up to the as-of date is measured, solved or open. A failing row
-- is a case that a join lost (its day is before the first service day, or it has no creation).
select tickets.ticket_id
from {{ ref('stg_crm__tickets') }} as tickets
cross join {{ source('raw', 'run_context') }} as run_context
left join {{ ref('int_tickets_measured') }} as measured on tickets.ticket_id = measured.ticket_id
where
    tickets.created_at < run_context.as_of_end_at
    and (measured.ticket_id is null or measured.is_open <> (measured.resolved_at is null))
