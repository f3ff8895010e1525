{#- Day of the UTC instant `instant` in `time_zone` (an IANA name; may be a column). -#}
{% macro business_date(instant, time_zone) -%}
    {{ return(adapter.dispatch('business_date')(instant, time_zone)) }}
{%- endmacro %}

{% macro duckdb__business_date(instant, time_zone) -%}
    cast({{ duckdb_local_time(instant, time_zone) }} as date)
{%- endmacro %}

{% macro spark__business_date(instant, time_zone) -%}
    cast(convert_timezone('UTC', {{ time_zone }}, {{ instant }}) as date)
{%- endmacro %}

{#- Wall-clock time of a UTC instant. A calendar computation costs two microseconds a row: as much as
    a whole model, and nothing has to be computed where the business keeps UTC. -#}
{% macro duckdb_local_time(instant, time_zone) -%}
    case
        when {{ time_zone }} = 'UTC' then {{ instant }}
        else timezone({{ time_zone }}, timezone('UTC', {{ instant }}))
    end
{%- endmacro %}
