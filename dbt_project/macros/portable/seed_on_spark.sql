{#- Seeds on Spark: one statement makes table and rows. dbt-spark's own puts text between quotes without
    escaping it, and a table of several inserts can be seen half full. -#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set sql %}
    create or replace table {{ this.render() }} {{ spark_storage() }} as
    select
        {%- for name in agate_table.column_names %}
        cast({{ adapter.quote(name) }} as
            {{ spark_type(types.get(name, adapter.convert_type(agate_table, loop.index0))) }}
        ) as {{ adapter.quote(name) }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from (
        {%- for row in agate_table.rows %}
        {{ 'values' if loop.first }} (
            {%- for value in row -%}
            {{ spark_seed_value(value) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
        {%- if not agate_table.rows | length %}
        select {% for name in agate_table.column_names %}cast(null as string){{ ', ' if not loop.last }}{% endfor %}
        where false
        {%- endif %}
    ) as stated ({% for name in agate_table.column_names %}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{% endfor %})
    {%- endset -%}
    {%- call statement('_') -%}
    {{ sql }}
    {%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}

{% macro spark__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {{ return(create_csv_table(model, agate_table)) }}
{%- endmacro %}

{#- Nothing is left to do: the rows came with the table. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return('') }}
{%- endmacro %}

{% macro spark_seed_value(value) -%}
    {%- if value is none -%}
    null
    {%- else -%}
    {{ dbt.string_literal(dbt.escape_single_quotes((value | string) | replace('\\', '\\\\'))) }}
    {%- endif -%}
{%- endmacro %}
