{#- Squared distance of a placed customer from the centre in `centre`, over the given measures. -#}
{% macro square_between(customer, centre, measures) -%}
    {%- for measure in measures -%}
        {{ ' + ' if not loop.first }}power({{ customer }}.{{ measure }}_points - {{ centre }}.{{ measure }}_centre, 2)
    {%- endfor -%}
{%- endmacro %}
