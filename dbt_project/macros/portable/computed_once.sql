{#- A condition that is always true; in a common table expression that others read several times it
    makes Spark compute it once. Spark otherwise copies the expression to each place where it is read,
    and a chain of them grows without bound when it is planned. DuckDB decides for itself. -#}
{% macro computed_once() -%}
    {{ return(adapter.dispatch('computed_once')()) }}
{%- endmacro %}

{% macro duckdb__computed_once() -%}
    true
{%- endmacro %}

{#- Spark copies no expression that could differ from copy to copy. -#}
{% macro spark__computed_once() -%}
    rand() >= 0
{%- endmacro %}
