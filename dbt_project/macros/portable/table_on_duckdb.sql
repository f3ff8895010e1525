{#- Tables on DuckDB, made in one statement. dbt-duckdb's own materialization writes a second table,
    renames both and drops the old one; on 170 models of a few thousand rows these four steps cost
    as much as the models. Replacing within one transaction is as safe: a statement that fails
    leaves the old table in place. -#}
{% materialization table, adapter="duckdb", supported_languages=["sql"] %}
  {%- set target_relation = this.incorporate(type="table") -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {% if existing_relation is not none and not existing_relation.is_table %}
    {% do adapter.drop_relation(existing_relation) %}
  {% endif %}
  {{ run_hooks(pre_hooks) }}
  {% call statement("main") -%}
    {% if config.get("contract").enforced %}
      {{ get_assert_columns_equivalent(sql) }}
      create or replace table {{ target_relation }} {{ get_table_columns_and_constraints() }};
      insert into {{ target_relation }} {{ get_column_names() }} ({{ get_select_subquery(sql) }})
    {% else %}
      create or replace table {{ target_relation }} as ({{ sql }})
    {% endif %}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}
  {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}
