-- One row per article (source_system, product_id), named as on its latest sale.
with
named as (
    select
        source_system,
        product_id,
        description,
        row_number() over (
            partition by source_system, product_id
            -- Lines without price carry notes of the warehouse ("damages", "found") as description.
            order by
                case when unit_price > 0 and description is not null then 0 else 1 end,
                invoiced_at desc, invoice_no desc, line_no desc
        ) as name_rank,
        min(cast(invoiced_at as date)) over (partition by source_system, product_id)
            as first_sold_date
    from {{ ref('stg_online_retail__lines') }}
    where
        line_kind in ('product', 'stock_correction')
        and product_id is not null
)

select
    source_system,
    product_id,
    first_sold_date as valid_from,
    description as name
from named
where name_rank = 1
