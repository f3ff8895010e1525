{#- Amount of an order line in the order's currency, tax and shipping excluded (metrics.md, Money of
    a line): quantity x price per unit - what was taken off the whole line. Without a unit price the
    catalogue price counts; without either, or without a quantity, the line is worth 0 and its row
    says why (amount_reason). -#}
{% macro line_amount(quantity, unit_price, list_price, discount) -%}
    cast(
        coalesce(
            {{ quantity }} * coalesce({{ unit_price }}, {{ list_price }})
            - coalesce({{ discount }}, 0),
            0
        ) as decimal(18, 4)
    )
{%- endmacro %}
