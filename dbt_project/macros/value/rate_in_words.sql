{#- A rate as a person writes it: 0.3 is '30 %', 0.125 is '12.5 %'; null stays null. -#}
{% macro rate_in_words(rate) -%}
    {{ regexp_replace_all('cast(cast(100 * ' ~ rate ~ ' as decimal(9, 4)) as string)', '[.]?0+$', '') }} || ' %'
{%- endmacro %}
