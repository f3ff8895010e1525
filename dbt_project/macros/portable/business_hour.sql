{#- Hour of the UTC instant `instant` in `time_zone` (an IANA name; may be a column), 0 to 23. -#}
{% macro business_hour(instant, time_zone) -%}
    {{ return(adapter.dispatch('business_hour')(instant, time_zone)) }}
{%- endmacro %}

{% macro duckdb__business_hour(instant, time_zone) -%}
    extract(hour from {{ duckdb_local_time(instant, time_zone) }})
{%- endmacro %}

{% macro spark__business_hour(instant, time_zone) -%}
    extract(hour from convert_timezone('UTC', {{ time_zone }}, {{ instant }}))
{%- endmacro %}
