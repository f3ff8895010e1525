{#- An aggregate over whole numbers: true only if no two rows of the group have the same number, and
    none lacks it. Each number sets one of 32 bits, so false tells nothing: numbers 32 apart set the
    same one. Groups are then few and small, where grouping by the number too makes one of each row. -#}
{% macro numbers_differ(column) -%}
    coalesce({{ adapter.dispatch('numbers_differ')(column) }} = count(*), false)
{%- endmacro %}

{% macro duckdb__numbers_differ(column) -%}
    bit_count(bit_or(cast(1 as bigint) << ({{ column }} & 31)))
{%- endmacro %}

{% macro spark__numbers_differ(column) -%}
    bit_count(bit_or(shiftleft(cast(1 as bigint), {{ column }} & 31)))
{%- endmacro %}
