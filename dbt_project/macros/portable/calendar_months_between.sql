{#- Whole calendar months from the month of `first_date` to the month of `second_date`; the days
    within the months do not count. Written out because dbt's datediff differs between engines at
    month ends. -#}
{% macro calendar_months_between(first_date, second_date) -%}
    (
        (extract(year from {{ second_date }}) - extract(year from {{ first_date }})) * 12
        + extract(month from {{ second_date }}) - extract(month from {{ first_date }})
    )
{%- endmacro %}
