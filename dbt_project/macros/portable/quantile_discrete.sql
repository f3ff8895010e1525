{#- The smallest value with at least `fraction` of the values at or below it (the lower of the two
    ranks that a quantile of a sample has), exact, nulls left out. An aggregate. -#}
{% macro quantile_discrete(column, fraction) -%}
    {{ return(adapter.dispatch('quantile_discrete')(column, fraction)) }}
{%- endmacro %}

{% macro duckdb__quantile_discrete(column, fraction) -%}
    quantile_disc({{ column }}, {{ fraction }})
{%- endmacro %}

{#- Of the sorted values themselves: Spark's percentile_disc returns a double whatever the type. -#}
{% macro spark__quantile_discrete(column, fraction) -%}
    try_element_at(
        sort_array(collect_list({{ column }})),
        greatest(cast(ceil(count({{ column }}) * {{ fraction }}) as integer), 1)
    )
{%- endmacro %}
