{#- What the orders of the members add up to whose key is as `whose` says, one row each. Written
    once for the customers and for the unknown member, whose orders belong to no customer. -#}
{% macro orders_summed(whose) -%}
{%- set amounts = [
    'gross_amount', 'cancelled_amount', 'returned_amount', 'excluded_amount', 'net_amount',
    'cogs_amount', 'gross_margin_amount', 'assumed_margin_amount', 'uncosted_net_amount',
] -%}
{%- set line_counts = ['uncosted_line_count', 'costed_line_count', 'assumed_line_count'] -%}
with
summed as (
    select
        orders.customer_key,
        {% for column in amounts + line_counts -%}
        sum(orders.{{ column }}) as {{ column }},
        {% endfor -%}
        sum(case when orders.is_valid_order then orders.net_amount else 0 end) as valid_net_amount,
        sum(case when orders.is_purchase then 1 else 0 end) as order_count,
        sum(case when orders.is_purchase and channels.is_self_service then 1 else 0 end)
            as self_service_order_count
    from {{ ref('int_orders_netted') }} as orders
    left join {{ ref('sales_channels') }} as channels on orders.channel = channels.channel
    where orders.customer_key {{ whose }}
    group by orders.customer_key
)

select
    customer_key,
    {% for amount in amounts -%}
    cast({{ amount }} as decimal(18, 4)) as {{ amount }},
    {% endfor -%}
    cast(valid_net_amount as decimal(18, 4)) as valid_net_amount,
    {% for count in line_counts -%}
    cast({{ count }} as bigint) as {{ count }},
    {% endfor -%}
    cast(order_count as bigint) as order_count,
    cast(self_service_order_count as bigint) as self_service_order_count
from summed
{%- endmacro %}
