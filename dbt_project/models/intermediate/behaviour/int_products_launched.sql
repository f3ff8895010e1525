-- One row per product that the catalogue gives a launch up to the as-of date: the day it came.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

launches as (
    select
        products.product_key,
        min(products.product_id) as product_id,
        min({{ business_date('products.launched_at', 'run_context.business_time_zone') }})
            as launched_date
    from {{ ref('int_products_unioned') }} as products
    cross join run_context
    where products.launched_at < run_context.as_of_end_at
    group by products.product_key
)

select
    launches.product_key,
    launches.product_id,
    launches.launched_date,
    products.category
from launches
inner join {{ ref('int_products_unioned') }} as products
    on
        launches.product_key = products.product_key
        and launches.launched_date >= products.applies_from_date
        and launches.launched_date < products.applies_to_date
