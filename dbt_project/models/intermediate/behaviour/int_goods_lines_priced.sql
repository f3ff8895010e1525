-- One row per line of goods of a valid order or credit note (order_key, line_no), of every customer, with
-- what buying behaviour asks of it: catalogue price, price tier, promotion.
with
stacked as (
    select
        'sales' as delivered_by,
        order_id,
        line_no
    from {{ ref('stg_sales__line_discounts') }}
    group by order_id, line_no
),

-- Where no line of a delivery names a promotion, nobody knows of any: that is not "none".
promoting as (
    select delivered_by from {{ ref('int_order_lines_unioned') }}
    where promo_id is not null
    union
    select delivered_by from stacked
),

-- A source that has never delivered a return may deliver none at all.
sources_with_returns as (
    select delivered_by from {{ ref('int_returns_unioned') }}
    union
    select delivered_by from {{ ref('int_orders_keyed') }}
    where is_credit_note
),

-- One row a source, known to be few: joined one by one, the lines became the hashed side.
sources as (
    select
        keyed.delivered_by,
        promoting.delivered_by is not null as are_promotions_delivered,
        sources_with_returns.delivered_by is not null as are_returns_delivered
    from (select distinct delivered_by from {{ ref('int_orders_keyed') }}) as keyed
    left join promoting on keyed.delivered_by = promoting.delivered_by
    left join sources_with_returns on keyed.delivered_by = sources_with_returns.delivered_by
),

joined as (
    select
        lines.*,
        orders.delivered_by,
        customers.customer_kind = 'unknown' as is_unknown_customer,
        customers.is_test as is_test_customer,
        products.price_tier,
        tiers.tier_rank,
        tiers.is_premium,
        coalesce(
            {{ in_reporting_currency('delivered_lines.list_price', 'lines.fx_rate', 6) }},
            {{ in_reporting_currency('products.list_price', 'product_rates.fx_rate', 6) }}
        ) as list_unit_price,
        case
            when lines.promo_id is not null or stacked.order_id is not null then true
            when sources.are_promotions_delivered then false
        end as is_promoted,
        case
            when delivered_lines.discount is not null then delivered_lines.discount > 0
            when stacked.order_id is not null then true
        end as is_discounted,
        sources.are_returns_delivered
    from {{ ref('fct_order_net') }} as lines
    inner join {{ ref('int_orders_keyed') }} as orders on lines.order_key = orders.order_key
    inner join sources on orders.delivered_by = sources.delivered_by
    inner join {{ ref('dim_customer') }} as customers on lines.customer_key = customers.customer_key
    left join {{ ref('int_order_lines_unioned') }} as delivered_lines  -- each line has one: so this side is hashed
        on
            orders.delivered_by = delivered_lines.delivered_by
            and lines.order_id = delivered_lines.order_id
            and lines.line_no = delivered_lines.line_no
            and coalesce(delivered_lines.list_price, delivered_lines.discount) is not null
    left join stacked
        on
            orders.delivered_by = stacked.delivered_by
            and lines.order_id = stacked.order_id
            and lines.line_no = stacked.line_no
    left join {{ ref('int_products_unioned') }} as products
        on
            lines.product_key = products.product_key
            and lines.purchase_date >= products.applies_from_date
            and lines.purchase_date < products.applies_to_date
    left join {{ ref('price_tiers') }} as tiers on products.price_tier = tiers.price_tier
    left join {{ ref('int_fx_rates_filled') }} as product_rates
        on
            products.currency_code = product_rates.currency_code
            and lines.purchase_date >= product_rates.valid_from_date
            and lines.purchase_date < product_rates.valid_to_date
    where lines.is_product_line and lines.is_valid_order
)

select
    order_key,
    line_no,
    ordered_at,
    purchase_date,
    customer_key,
    is_unknown_customer,
    is_test_customer,
    product_key,
    product_id,
    category,
    brand,
    price_tier,
    cast(tier_rank as integer) as tier_rank,
    is_premium,
    is_credit_note,
    quantity,
    returned_quantity,
    gross_amount,
    returned_amount,
    net_amount,
    local_currency_code,
    local_net_amount,
    list_unit_price,
    is_promoted,
    is_discounted,
    -- Where one of the two is not delivered the other speaks; else every share of what is known is 1.
    coalesce(is_promoted or is_discounted, is_promoted, is_discounted) as is_promoted_or_discounted,
    are_returns_delivered
from joined
