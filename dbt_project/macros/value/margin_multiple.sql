{#- Margin multiple of Gupta and Lehmann (2003), r / (1 + i - r): what a customer who stays with
    probability `rate` from period to period is worth, in margins of a period, discounted by
    `discount` a period; and by what share it changes when the rate rises by `rise` (Gupta, Lehmann
    & Stuart 2004). Arguments are numbers, columns or expressions. -#}
{% macro margin_multiple(rate, discount) -%}
    ({{ rate }}) / nullif(1 + {{ discount }} - ({{ rate }}), 0)
{%- endmacro %}

{% macro margin_multiple_change(rate, rise, discount) -%}
    (
        ({{ margin_multiple(rate ~ ' + ' ~ rise, discount) }})
        / nullif({{ margin_multiple(rate, discount) }}, 0) - 1
    )
{%- endmacro %}
