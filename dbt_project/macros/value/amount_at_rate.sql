{#- A value that is itself a product, at a rate of exchange. With the rate it needs 128 bits, which most
    do without: theirs is 1. -#}
{% macro amount_at_rate(value, rate) -%}
case
    when {{ rate }} = 1 then cast({{ value }} as decimal(18, 4))
    else cast({{ value }} * {{ rate }} as decimal(18, 4))
end
{%- endmacro %}
