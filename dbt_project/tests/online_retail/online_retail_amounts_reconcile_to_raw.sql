-- Claim: per day, quantity x price of the delivered lines = net + left out as no sale of goods (both
-- in fct_order_net) + left out as overlap copies, to the cent. Fails on each day with a difference.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

newest as (
    select max(lines.extract_date) as extract_date
    from {{ source('online_retail', 'online_retail_lines') }} as lines
),

invoices as (
    select
        lines.invoice_no,
        lines.sheet,
        min(lines.invoiced_at) as invoiced_at,
        sum(coalesce(lines.quantity * lines.unit_price, 0)) as amount
    from {{ source('online_retail', 'online_retail_lines') }} as lines
    inner join newest on lines.extract_date = newest.extract_date
    where lines.op <> 'D'
    group by lines.invoice_no, lines.sheet
),

dated as (
    select
        {{ business_date('invoices.invoiced_at', 'run_context.business_time_zone') }} as day,
        invoices.amount
    from invoices
    cross join run_context
    where invoices.invoiced_at < run_context.as_of_end_at
),

in_raw as (
    select
        day,
        sum(amount) as amount
    from dated
    group by day
),

copies as (
    select
        invoice_no,
        min(invoiced_at) as invoiced_at,
        sum(left_out_amount) as amount
    from {{ ref('stg_online_retail__lines') }}
    where is_overlap_copy
    group by invoice_no, sheet
),

in_marts as (
    select
        purchase_date as day,
        local_net_amount + local_excluded_amount as amount
    from {{ ref('fct_order_net') }}
    where source_system = 'online_retail'
    union all
    select
        {{ business_date('copies.invoiced_at', 'run_context.business_time_zone') }} as day,
        copies.amount
    from copies
    cross join run_context
    where copies.invoiced_at < run_context.as_of_end_at
),

mart_days as (
    select
        day,
        sum(amount) as amount
    from in_marts
    group by day
)

select
    coalesce(in_raw.day, mart_days.day) as day,
    in_raw.amount as raw_amount,
    mart_days.amount
from in_raw
full outer join mart_days on in_raw.day = mart_days.day
where
    in_raw.day is null
    or mart_days.day is null
    or abs(in_raw.amount - mart_days.amount) >= 0.01
