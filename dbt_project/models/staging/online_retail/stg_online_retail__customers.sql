-- One row per customer of the shop (source_system, customer_id): all the invoices tell about it.
with
invoices as (
    select
        source_system,
        customer_id,
        invoice_no,
        min(invoiced_at) as invoiced_at,
        min(country) as country
    from {{ ref('stg_online_retail__lines') }}
    where
        customer_id is not null
        and not is_overlap_copy
    group by source_system, customer_id, invoice_no
),

ranked as (
    select
        invoices.*,
        row_number() over (
            partition by source_system, customer_id
            order by invoiced_at desc, invoice_no desc
        ) as recency_rank
    from invoices
)

select
    source_system,
    customer_id,
    min(invoiced_at) as created_at,
    max(invoiced_at) as updated_at,
    min(case when recency_rank = 1 then country end) as region
from ranked
group by source_system, customer_id
