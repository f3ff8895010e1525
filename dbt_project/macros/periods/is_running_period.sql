{#- Whether the period of `kind` that starts on `start_date` goes on after `as_of_date`: the day
    after the as-of date is still in it. A day is over at its as-of date. -#}
{% macro is_running_period(kind, start_date, as_of_date) -%}
    {%- set next_day = dbt.dateadd('day', 1, as_of_date) -%}
    case {{ kind }}
        when 'week' then cast({{ dbt.date_trunc('week', next_day) }} as date) = {{ start_date }}
        when 'month' then cast({{ dbt.date_trunc('month', next_day) }} as date) = {{ start_date }}
        else false
    end
{%- endmacro %}
