{#- The first whole number beyond a boundary that is left by moving away from `value`, in words. -#}
{% macro whole_beyond(boundary, value) -%}
cast(
    cast(
        case
            when {{ boundary }} >= {{ value }} then greatest(floor({{ boundary }}), {{ value }}) + 1
            else least(ceil({{ boundary }}), {{ value }}) - 1
        end as bigint
    ) as string
)
{%- endmacro %}
