-- One row per customer of the shop (source_system, customer_id): all that the invoices up to the
-- as-of date tell about it. A delivery may hold later ones, which must not foretell customers.
with
invoices as (
    select
        lines.source_system,
        lines.customer_id,
        lines.invoice_no,
        min(lines.invoiced_at) as invoiced_at,
        min(lines.country) as country
    from {{ ref('stg_online_retail__lines') }} as lines
    cross join {{ source('raw', 'run_context') }} as run_context
    where
        lines.customer_id is not null
        and not lines.is_overlap_copy
        and lines.invoiced_at < run_context.as_of_end_at
    group by lines.source_system, lines.customer_id, lines.invoice_no
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
