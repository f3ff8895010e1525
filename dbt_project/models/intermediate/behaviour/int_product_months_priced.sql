-- One row per segment, product and complete calendar month with sales: logarithms of units sold and of
-- the price paid per unit. Segments are the whole base, product categories and RFM groups. Purchases
-- of the unknown member are demand and count in base and categories; test accounts do not.
with
run_context as (
    select
        *,
        cast({{ dbt.date_trunc('month', dbt.dateadd('day', 1, 'as_of_date')) }} as date)
            as month_after_date
    from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'elasticity_months' then value end) as month_count
    from {{ ref('behaviour_rules') }}
),

lines as (
    select
        priced.customer_key,
        priced.product_key,
        priced.category,
        priced.quantity,
        priced.gross_amount,
        cast({{ dbt.date_trunc('month', 'priced.purchase_date') }} as date) as month_start_date
    from {{ ref('int_goods_lines_priced') }} as priced
    cross join run_context
    cross join rules
    where
        not priced.is_test_customer
        and not priced.is_credit_note
        and priced.product_key is not null
        and priced.purchase_date < run_context.month_after_date
        and {{ calendar_months_between('priced.purchase_date', 'run_context.month_after_date') }}
        <= rules.month_count
),

segmented as (
    select
        'all' as segment_kind,
        'all' as segment,
        lines.*
    from lines
    union all
    select
        'category' as segment_kind,
        category as segment,
        lines.*
    from lines
    where category is not null
    union all
    select
        'rfm_group' as segment_kind,
        scores.rfm_group as segment,
        lines.*
    from lines
    inner join {{ ref('rfm_score') }} as scores on lines.customer_key = scores.customer_key
),

summed as (
    select
        segment_kind,
        segment,
        product_key,
        month_start_date,
        sum(quantity) as quantity,
        sum(gross_amount) as paid_amount
    from segmented
    group by segment_kind, segment, product_key, month_start_date
    having sum(quantity) > 0 and sum(gross_amount) > 0
)

select
    segment_kind,
    segment,
    product_key,
    month_start_date,
    cast(ln(cast(quantity as double)) as decimal(19, 8)) as log_quantity,
    cast(ln(cast(paid_amount as double) / cast(quantity as double)) as decimal(19, 8)) as log_price
from summed
