-- One row per version of a product (delivered_by, product_id, valid_from_date), closed-open intervals.
with
products as (
    select
        'sales' as delivered_by,
        product_id,
        valid_from,
        name as product_name,
        category_path,
        brand,
        list_price,
        cost as unit_cost
    from {{ ref('stg_sales__products') }}
)

select
    delivered_by,
    product_id,
    valid_from as valid_from_date,
    coalesce(
        lead(valid_from) over (partition by delivered_by, product_id order by valid_from),
        cast('9999-12-31' as date)
    ) as valid_to_date,
    product_name,
    category_path,
    category_path as category,
    brand,
    list_price,
    unit_cost
from products
