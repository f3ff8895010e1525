-- One row per order line (order_key, line_no), with line 0 for an order that has no lines: what was
-- sold, cancelled, returned and left out, in the order's currency (local) and the reporting one.
{{ config(materialized='view') }}
{%- set sold = 'case when orders.is_credit_note then 0 else coalesce(lines.line_amount, 0) end' %}
with
lines as (
    select
        order_lines.*,
        kinds.is_product,
        kinds.counts_in_net,
        {{ line_amount(
            'order_lines.quantity', 'order_lines.unit_price', 'order_lines.list_price',
            'order_lines.discount',
        ) }} as line_amount
    from {{ ref('int_order_lines_unioned') }} as order_lines
    left join {{ ref('line_kinds') }} as kinds on order_lines.line_kind = kinds.line_kind
),

-- Found from the lines alone: a view that reads itself twice would be computed twice.
counting_orders as (
    select distinct
        order_lines.delivered_by,
        order_lines.order_id
    from {{ ref('int_order_lines_unioned') }} as order_lines
    inner join {{ ref('line_kinds') }} as kinds
        on order_lines.line_kind = kinds.line_kind and kinds.counts_in_net
),

returned as (
    select
        delivered_by,
        order_id,
        line_no,
        -- A sum has 38 digits, and all that is computed with it: 128 bits for every line.
        cast(sum(quantity) as decimal(18, 4)) as quantity,
        cast(sum(local_amount) as decimal(18, 4)) as local_amount,
        cast(sum(amount) as decimal(18, 4)) as amount
    from {{ ref('int_returns_valued') }}
    where is_counted
    group by delivered_by, order_id, line_no
),

-- A credit note gives back what an earlier invoice sold: nothing is sold, its lines are returned.
measured as (
    select
        {% for column in [
            'order_key', 'delivered_by', 'source_system', 'order_id', 'customer_key', 'ordered_at',
            'purchase_date', 'order_status', 'is_cancelled', 'is_credit_note', 'channel',
            'store_id', 'currency_code', 'fx_rate',
        ] %}
        orders.{{ column }},
        {% endfor %}
        not orders.is_cancelled and counting_orders.order_id is not null as is_valid_order,
        coalesce(lines.line_no, 0) as line_no,
        lines.order_id is null as has_no_lines,
        lines.product_id,
        coalesce(lines.line_kind, 'none') as line_kind,
        coalesce(lines.is_product, false) as is_product_line,
        coalesce(lines.counts_in_net, false) as counts_in_net,
        lines.promo_id,
        coalesce(lines.discount, 0) > 0 as has_discount,
        lines.unit_cost as local_unit_cost,
        case
            when lines.order_id is null then 'no_lines'
            when lines.quantity is null then 'quantity_missing'
            when coalesce(lines.unit_price, lines.list_price) is null then 'price_missing'
        end as amount_reason,
        case when orders.is_credit_note then 0 else coalesce(lines.quantity, 0) end as quantity,
        case
            when orders.is_credit_note then -coalesce(lines.quantity, 0)
            else coalesce(returned.quantity, 0)
        end as returned_quantity,
        {{ sold }} as local_gross_amount,
        {{ in_reporting_currency(sold, 'orders.fx_rate') }} as gross_amount,
        case
            when orders.is_credit_note then -coalesce(lines.line_amount, 0)
            else coalesce(returned.local_amount, 0)
        end as local_returned_amount,
        case
            when orders.is_credit_note
                then {{ in_reporting_currency('-coalesce(lines.line_amount, 0)', 'orders.fx_rate') }}
            else coalesce(returned.amount, 0)
        end as returned_amount
    from {{ ref('int_orders_keyed') }} as orders
    left join counting_orders
        on
            orders.delivered_by = counting_orders.delivered_by
            and orders.order_id = counting_orders.order_id
    left join lines
        on
            orders.delivered_by = lines.delivered_by
            and orders.order_id = lines.order_id
    left join returned
        on
            lines.delivered_by = returned.delivered_by
            and lines.order_id = returned.order_id
            and lines.line_no = returned.line_no
),

-- Every amount sold is net, cancelled, returned or left out.
split as (
    select
        {% for prefix in ['', 'local_'] %}
        case when is_cancelled then {{ prefix }}gross_amount else 0 end
            as {{ prefix }}cancelled_amount,
        case
            when is_cancelled or counts_in_net then 0
            else {{ prefix }}gross_amount - {{ prefix }}returned_amount
        end as {{ prefix }}excluded_amount,
        {% endfor %}
        measured.*
    from measured
)

select
    split.*,
    gross_amount - cancelled_amount - returned_amount - excluded_amount as net_amount,
    local_gross_amount - local_cancelled_amount - local_returned_amount - local_excluded_amount
        as local_net_amount
from split
