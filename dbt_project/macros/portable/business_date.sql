{#- Day of the UTC instant `instant` in `time_zone` (an IANA name; may be a column). -#}
{% macro business_date(instant, time_zone) -%}
    {{ return(adapter.dispatch('business_date')(instant, time_zone)) }}
{%- endmacro %}

{% macro duckdb__business_date(instant, time_zone) -%}
    cast(timezone({{ time_zone }}, timezone('UTC', {{ instant }})) as date)
{%- endmacro %}

{% macro spark__business_date(instant, time_zone) -%}
    cast(convert_timezone('UTC', {{ time_zone }}, {{ instant }}) as date)
{%- endmacro %}
