-- One row per delivered invoice line (source_file, source_row), none left out, each with what it is.
--
-- Rules, with the evidence of the file of 1,067,370 lines:
-- - Overlap: an invoice that stands in several sheets counts in the last one. 1,088 invoices of
--   2010-12-01 to 2010-12-09 do, with the same lines and amounts in both (22,523 lines each).
-- - Exact repeats within an invoice count and are flagged. They are not an export error: only 2 of
--   4,387 affected invoices repeat as a whole, repeats stand 9 lines apart (median), and an article
--   stands twice with different quantities (9,022 times) as often as with equal ones (9,475).
-- - Credit notes (C...) are returns of their own date; +80,995 and its -80,995 net to zero.
-- - Zero price or negative quantity without a customer and outside credit notes moves stock only.
-- - Other lines are what their article code says (seed online_retail_codes), else products.
-- - Lines without customer id stay and belong to the unknown member.
with
delivered as (
    {{ latest_version('online_retail', 'online_retail_lines') | indent(4) }}
),

last_sheets as (
    select
        invoice_no,
        max(sheet) as sheet
    from delivered
    group by invoice_no
    having count(distinct sheet) > 1
),

coded as (
    select
        stock_codes.stock_code,
        min(codes.line_kind) as line_kind
    from (select distinct stock_code from delivered) as stock_codes
    inner join {{ ref('online_retail_codes') }} as codes
        on
            upper(stock_codes.stock_code) = codes.code
            or (
                codes.match = 'prefix'
                and substr(upper(stock_codes.stock_code), 1, length(codes.code)) = codes.code
            )
    group by stock_codes.stock_code
),

numbered as (
    select
        delivered.*,
        row_number() over (
            partition by invoice_no, sheet
            order by source_file, source_row
        ) as line_no,
        row_number() over (
            partition by
                invoice_no, sheet, stock_code, description, quantity, invoiced_at, unit_price,
                customer_id, country
            order by source_file, source_row
        ) > 1 as is_exact_repeat,
        invoice_no like 'C%' as is_credit_note,
        invoice_no like 'A%' as is_adjustment,
        cast(coalesce(quantity * unit_price, 0) as decimal(18, 4)) as line_amount
    from delivered
),

classified as (
    select
        numbered.*,
        last_sheets.sheet is not null and numbered.sheet <> last_sheets.sheet as is_overlap_copy,
        case
            when coded.line_kind is not null then coded.line_kind
            when numbered.is_adjustment then 'adjustment'
            when numbered.is_credit_note then 'product'
            when numbered.quantity < 0 then 'stock_correction'
            when numbered.line_amount = 0 and numbered.customer_id is null then 'stock_correction'
            else 'product'
        end as line_kind
    from numbered
    left join last_sheets on numbered.invoice_no = last_sheets.invoice_no
    left join coded on numbered.stock_code = coded.stock_code
)

select
    source_system,
    invoice_no,
    cast(line_no as integer) as line_no,
    stock_code,
    upper(trim(stock_code)) as product_id,
    description,
    quantity,
    unit_price,
    line_amount,
    case when is_overlap_copy then 0 else line_amount end as counted_amount,
    case when is_overlap_copy then line_amount else 0 end as left_out_amount,
    invoiced_at,
    customer_id,
    country,
    sheet,
    line_kind,
    is_credit_note,
    is_adjustment,
    is_overlap_copy,
    is_exact_repeat,
    extract_date,
    source_file,
    source_row
from classified
