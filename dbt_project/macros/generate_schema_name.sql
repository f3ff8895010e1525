{#- The layer is the schema: `staging`, not `<target>_staging`. There is one warehouse per
    deployment, so a prefix would separate nothing. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
