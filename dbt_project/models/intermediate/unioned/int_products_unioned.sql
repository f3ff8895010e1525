-- One row per version of a product (delivered_by, product_id, valid_from_date).
with
products as (
    select
        'sales' as delivered_by,
        product_id,
        valid_from,
        name as product_name,
        category_path,
        brand,
        price_tier,
        launched_at,
        list_price,
        cost as unit_cost,
        currency
    from {{ ref('stg_sales__products') }}
    union all
    select
        'online_retail' as delivered_by,
        product_id,
        valid_from,
        name as product_name,
        null as category_path,
        null as brand,
        null as price_tier,
        null as launched_at,
        null as list_price,
        null as unit_cost,
        null as currency
    from {{ ref('stg_online_retail__products') }}
),

numbered as (
    select
        products.*,
        row_number() over (
            partition by delivered_by, product_id
            order by valid_from
        ) as version_number,
        lead(valid_from) over (
            partition by delivered_by, product_id
            order by valid_from
        ) as next_valid_from
    from products
)

select
    {{ surrogate_key(['numbered.delivered_by', 'numbered.product_id']) }} as product_key,
    numbered.delivered_by,
    numbered.product_id,
    numbered.valid_from as valid_from_date,
    -- What was sold before its first version was that version.
    case
        when numbered.version_number = 1 then cast('1900-01-01' as date) else numbered.valid_from
    end as applies_from_date,
    coalesce(numbered.next_valid_from, cast('9999-12-31' as date)) as applies_to_date,
    numbered.product_name,
    numbered.category_path,
    trim(split_part(numbered.category_path, '>', -1)) as category,
    numbered.brand,
    lower(trim(numbered.price_tier)) as price_tier,
    numbered.launched_at,
    numbered.list_price,
    numbered.unit_cost,
    coalesce(numbered.currency, run_context.currency_code) as currency_code
from numbered
cross join {{ source('raw', 'run_context') }} as run_context
