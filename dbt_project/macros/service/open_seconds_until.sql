{#- Seconds in which the service desk was open from the first service day to the UTC instant
    `instant`, which lies on the business day of `days` (a row of int_service_days_opened): the
    difference of two of them is the business time in between. -#}
{% macro open_seconds_until(instant, days) -%}
    {{ days }}.open_seconds_before + case
        when {{ instant }} > {{ days }}.opens_at
            then {{ dbt.datediff(
                days ~ '.opens_at', 'least(' ~ instant ~ ', ' ~ days ~ '.closes_at)', 'second'
            ) }}
        else 0
    end
{%- endmacro %}

{#- Whole seconds as minutes with four decimals. -#}
{% macro seconds_as_minutes(seconds) -%}
    cast(cast({{ seconds }} as double) / 60 as decimal(18, 4))
{%- endmacro %}
