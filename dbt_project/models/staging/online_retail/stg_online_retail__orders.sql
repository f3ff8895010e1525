-- One row per invoice (source_system, order_id), credit notes and adjustments included.
select
    source_system,
    invoice_no as order_id,
    -- An invoice has one customer or none; 83 invoices were written over several minutes.
    min(customer_id) as customer_id,
    min(invoiced_at) as ordered_at,
    'GBP' as currency,
    is_credit_note
from {{ ref('stg_online_retail__lines') }}
where not is_overlap_copy
group by source_system, invoice_no, is_credit_note
