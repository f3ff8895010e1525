{#- What customers with and without a complaint are matched by: the month of the purchase, and whether
    it was the first, second, third or a later one. -#}
{% macro recovery_stratum(purchase_date, occasion_number) -%}
    substr(cast({{ purchase_date }} as string), 1, 7) || '/'
    || cast(least({{ occasion_number }}, 4) as string)
{%- endmacro %}
