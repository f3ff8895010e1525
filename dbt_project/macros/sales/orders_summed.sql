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
        customer_key,
        {% for column in amounts + line_counts -%}
        sum({{ column }}) as {{ column }},
        {% endfor -%}
        sum(case when is_valid_order then net_amount else 0 end) as valid_net_amount,
        sum(case when is_purchase then 1 else 0 end) as order_count
    from {{ ref('int_orders_netted') }}
    where customer_key {{ whose }}
    group by customer_key
),

self_service as (
    select
        keyed.customer_key,
        count(*) as order_count
    from {{ ref('int_orders_keyed') }} as keyed
    inner join {{ ref('sales_channels') }} as channels
        on keyed.channel = channels.channel and channels.is_self_service
    inner join {{ ref('int_orders_netted') }} as netted
        on keyed.order_key = netted.order_key and netted.is_purchase
    where keyed.customer_key {{ whose }} and netted.customer_key {{ whose }}
    group by keyed.customer_key
)

select
    summed.customer_key,
    {% for amount in amounts -%}
    cast(summed.{{ amount }} as decimal(18, 4)) as {{ amount }},
    {% endfor -%}
    cast(summed.valid_net_amount as decimal(18, 4)) as valid_net_amount,
    {% for count in line_counts -%}
    cast(summed.{{ count }} as bigint) as {{ count }},
    {% endfor -%}
    cast(summed.order_count as bigint) as order_count,
    cast(coalesce(self_service.order_count, 0) as bigint) as self_service_order_count
from summed
left join self_service on summed.customer_key = self_service.customer_key
{%- endmacro %}
