{#- Tables on Spark, replaced in one statement: readers see the old table or the new one. Columns of a
    contract are cast to its types, as an insert does on DuckDB; that no column is missing or too
    many is checked there. -#}
{% materialization table, adapter="spark", supported_languages=["sql"] %}
  {%- set target_relation = this.incorporate(type="table") -%}
  {{ run_hooks(pre_hooks) }}
  {% call statement("main") -%}
    create or replace table {{ target_relation }} {{ spark_storage() }} as
    {% if config.get("contract").enforced -%}
      {{ spark_cast_to_contract(decimals_rounded(sql)) }}
    {%- else -%}
      {{ decimals_rounded(sql) }}
    {%- endif %}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro spark_storage() -%}
    using {{ config.get('file_format', default='iceberg') }}
{%- endmacro %}

{% macro spark_cast_to_contract(sql) -%}
    select
        {%- for name, column in model.columns.items() %}
        {{ spark_contract_value(adapter.quote(name), column.data_type | lower) }} as {{ adapter.quote(name) }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as stated
{%- endmacro %}

{#- A column in its type. -#}
{% macro spark_contract_value(column, data_type) -%}
    {%- set decimal = modules.re.match('decimal\\((\\d+),\\s*(\\d+)\\)$', data_type) -%}
    {%- if decimal -%}
    {{ number_as_decimal(column, decimal[1], decimal[2]) }}
    {%- else -%}
    cast({{ column }} as {{ spark_type(data_type) }})
    {%- endif -%}
{%- endmacro %}

{% macro spark__create_view_as(relation, sql) -%}
    create or replace view {{ relation }} as
    {{ decimals_rounded(sql) }}
{%- endmacro %}

{#- A type of the contracts as Spark writes it; a timestamp has no zone. -#}
{% macro spark_type(data_type) -%}
    {%- set known = {'varchar': 'string', 'timestamp': 'timestamp_ntz'} -%}
    {{ return(known.get(data_type | lower, data_type | lower)) }}
{%- endmacro %}
