{#- UTC instant of the wall-clock time `local_time` (a timestamp without zone) in `time_zone`. A time
    that the clock skips in spring counts from the time before; one that comes twice in autumn is
    the later. -#}
{% macro utc_instant(local_time, time_zone) -%}
    {{ return(adapter.dispatch('utc_instant')(local_time, time_zone)) }}
{%- endmacro %}

{% macro duckdb__utc_instant(local_time, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, {{ local_time }}))
{%- endmacro %}

{#- Java takes the earlier of two instants with the same wall-clock time. The later one lies an hour
    after it, half an hour on Lord Howe Island. -#}
{% macro spark__utc_instant(local_time, time_zone) -%}
    {%- set earlier -%}
    convert_timezone({{ time_zone }}, 'UTC', {{ local_time }})
    {%- endset -%}
    greatest(
        {{ earlier }}
        {%- for minutes in (30, 60) %},
        case
            when convert_timezone('UTC', {{ time_zone }}, {{ earlier }} + interval '{{ minutes }}' minute)
                = {{ local_time }}
                then {{ earlier }} + interval '{{ minutes }}' minute
        end
        {%- endfor %}
    )
{%- endmacro %}
