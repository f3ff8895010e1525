{#- First day of the period of `kind` (day, week from Monday, month; else all history, which begins on
    `history_start`) that holds `day`. -#}
{% macro period_start(kind, day, history_start) -%}
    case {{ kind }}
        when 'day' then {{ day }}
        when 'week' then cast({{ dbt.date_trunc('week', day) }} as date)
        when 'month' then cast({{ dbt.date_trunc('month', day) }} as date)
        else {{ history_start }}
    end
{%- endmacro %}
