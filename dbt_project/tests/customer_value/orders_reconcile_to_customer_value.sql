-- Claim: what customers have brought adds up to the order lines, amount by amount, exactly. Fails
-- with both sums of each amount that differs.
{% set amounts = [
    'gross_amount', 'cancelled_amount', 'returned_amount', 'excluded_amount', 'net_amount'
] %}
with
order_lines as (
    select
        {% for amount in amounts %}
        coalesce(sum({{ amount }}), 0) as {{ amount }},
        {% endfor %}
        count(*) as row_count
    from {{ ref('fct_order_net') }}
),

customer_values as (
    select
        {% for amount in amounts %}
        coalesce(sum({{ amount }}), 0) as {{ amount }},
        {% endfor %}
        count(*) as row_count
    from {{ ref('customer_value') }}
)

{% for amount in amounts %}
select
    '{{ amount }}' as amount,
    order_lines.{{ amount }} as in_order_lines,
    customer_values.{{ amount }} as in_customer_value
from order_lines
cross join customer_values
where order_lines.{{ amount }} <> customer_values.{{ amount }}
{{ 'union all' if not loop.last }}
{% endfor %}
