{#- UTC instant of the wall-clock time `local_time` (a timestamp without zone) in `time_zone`. A time
    that the clock skips in spring counts from the time before; one that comes twice in autumn is
    the later. -#}
{% macro utc_instant(local_time, time_zone) -%}
    {{ return(adapter.dispatch('utc_instant')(local_time, time_zone)) }}
{%- endmacro %}

{% macro duckdb__utc_instant(local_time, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, {{ local_time }}))
{%- endmacro %}
