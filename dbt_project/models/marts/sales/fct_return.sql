-- One row per return, dated by its own day (return_key): a returned order line or the line of a
-- credit note. fct_order_net shows the same amounts by order.
with
credit_lines as (
    select * from {{ ref('fct_order_net') }}
    where is_credit_note
),

event_returns as (
    select * from {{ ref('int_returns_valued') }}
)

select
    {{ surrogate_key(["'return'", 'event_returns.delivered_by', 'event_returns.return_line_id']) }} as return_key,
    'return' as return_kind,
    event_returns.return_line_id,
    event_returns.order_key,
    event_returns.order_id,
    event_returns.line_no,
    coalesce(event_returns.customer_key, 'unknown') as customer_key,
    event_returns.returned_at,
    event_returns.returned_date,
    event_returns.reason_code,
    event_returns.is_restocked,
    event_returns.is_counted,
    event_returns.uncounted_reason,
    cast(event_returns.quantity as decimal(18, 4)) as returned_quantity,
    event_returns.local_currency_code,
    event_returns.local_amount as local_returned_amount,
    run_context.currency_code,
    event_returns.amount as returned_amount
from event_returns
cross join {{ source('raw', 'run_context') }} as run_context
union all
select
    {{ surrogate_key(["'credit_note'", 'order_key', 'cast(line_no as string)']) }} as return_key,
    'credit_note' as return_kind,
    null as return_line_id,
    order_key,
    order_id,
    line_no,
    customer_key,
    ordered_at as returned_at,
    purchase_date as returned_date,
    null as reason_code,
    null as is_restocked,
    true as is_counted,
    null as uncounted_reason,
    returned_quantity,
    local_currency_code,
    local_returned_amount,
    currency_code,
    returned_amount
from credit_lines
