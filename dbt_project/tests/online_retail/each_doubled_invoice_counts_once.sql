-- Claim: an invoice that stands in several sheets has in fct_order_net exactly the lines of one
-- sheet. Fails on each such invoice with another number of lines (counted from raw).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

sheets as (
    select
        lines.invoice_no,
        lines.sheet,
        count(*) as line_count,
        min(lines.invoiced_at) as invoiced_at
    from {{ source('online_retail', 'online_retail_lines') }} as lines
    group by lines.invoice_no, lines.sheet
),

doubled as (
    select
        sheets.invoice_no,
        max(sheets.line_count) as line_count
    from sheets
    group by sheets.invoice_no
    having
        count(*) > 1
        and min(sheets.invoiced_at) < (select max(run_context.as_of_end_at) from run_context)
),

in_marts as (
    select
        order_id,
        count(*) as line_count
    from {{ ref('fct_order_net') }}
    where source_system = 'online_retail'
    group by order_id
)

select
    doubled.invoice_no,
    doubled.line_count as raw_line_count,
    in_marts.line_count
from doubled
left join in_marts on doubled.invoice_no = in_marts.order_id
where
    in_marts.line_count is null
    or doubled.line_count <> in_marts.line_count
