-- One row per order line (order_key, line_no); an order without lines has one row with line_no 0.
with
lines as (
    select * from {{ ref('int_order_lines_valued') }}
),

joined as (
    select
        lines.*,
        run_context.currency_code as reporting_currency_code,
        case
            when products.product_key is not null then products.product_key
            when lines.product_id is not null
                then {{ surrogate_key(['lines.delivered_by', 'lines.product_id']) }}
        end as product_key,
        products.category,
        products.brand,
        coalesce(
            {{ in_reporting_currency('lines.local_unit_cost', 'lines.fx_rate') }},
            {{ in_reporting_currency('products.unit_cost', 'product_rates.fx_rate') }}
        ) as unit_cost
    from lines
    cross join {{ source('raw', 'run_context') }} as run_context
    left join {{ ref('int_products_unioned') }} as products
        on
            lines.delivered_by = products.delivered_by
            and lines.product_id = products.product_id
            and lines.purchase_date >= products.applies_from_date
            and lines.purchase_date < products.applies_to_date
    left join {{ ref('int_fx_rates_filled') }} as product_rates
        on
            products.currency_code = product_rates.currency_code
            and lines.purchase_date >= product_rates.valid_from_date
            and lines.purchase_date < product_rates.valid_to_date
),

costed as (
    select
        joined.*,
        -- Goods of a cancelled order never left; lines that are no goods cost nothing here.
        cast(
            case
                when is_cancelled or not is_product_line then 0
                else (quantity - returned_quantity) * unit_cost
            end as decimal(18, 4)
        ) as cogs_amount
    from joined
)

select
    order_key,
    source_system,
    order_id,
    cast(line_no as integer) as line_no,
    customer_key,
    ordered_at,
    purchase_date,
    order_status,
    is_valid_order,
    has_no_lines,
    is_credit_note,
    channel,
    store_id,
    product_key,
    product_id,
    category,
    brand,
    line_kind,
    is_product_line,
    promo_id,
    has_discount,
    cast(quantity as decimal(18, 4)) as quantity,
    cast(returned_quantity as decimal(18, 4)) as returned_quantity,
    reporting_currency_code as currency_code,
    currency_code as local_currency_code,
    cast(fx_rate as decimal(18, 8)) as fx_rate,
    {% for amount in ['gross', 'cancelled', 'returned', 'excluded', 'net'] %}
    cast({{ amount }}_amount as decimal(18, 4)) as {{ amount }}_amount,
    {% endfor %}
    {% for amount in ['gross', 'cancelled', 'returned', 'excluded', 'net'] %}
    cast(local_{{ amount }}_amount as decimal(18, 4)) as local_{{ amount }}_amount,
    {% endfor %}
    amount_reason,
    unit_cost as unit_cost_amount,
    cogs_amount,
    case when cogs_amount is null then 'cost_unknown' end as cogs_reason,
    cast(net_amount - cogs_amount as decimal(18, 4)) as margin_amount
from costed
