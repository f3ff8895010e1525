{#- The last value of a window's frame that is not null. -#}
{% macro last_known(expression, window) -%}
    {{ return(adapter.dispatch('last_known')(expression, window)) }}
{%- endmacro %}

{% macro default__last_known(expression, window) -%}
    last_value({{ expression }} ignore nulls) over {{ window }}
{%- endmacro %}

{% macro spark__last_known(expression, window) -%}
    last_value({{ expression }}, true) over {{ window }}
{%- endmacro %}
