{#- Standard error of a Net Promoter Score, in its points (-100 to 100): with the shares p of promoters
    and d of detractors among `n` answers, 100 * sqrt((p + d - (p - d)^2) / n), brought to whole numbers
    over n^3. Null where nobody answered. -#}
{% macro nps_standard_error(promoters, detractors, n) -%}
    100 * sqrt(
        (
            cast({{ n }} as double) * (cast({{ promoters }} as double) + {{ detractors }})
            - power(cast({{ promoters }} as double) - {{ detractors }}, 2)
        ) / nullif(power(cast({{ n }} as double), 3), 0e0)
    )
{%- endmacro %}
