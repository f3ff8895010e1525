{#- The columns of published models with the catalogue rows that they carry, as their yml says:
    (metric, table_name, column_name, column_description). Only known once dbt has read all
    files. -#}
{% macro published_metric_columns() -%}
    select
        metric,
        table_name,
        column_name,
        column_description
    from (
        values
        ('', '', '', '')
        {%- if execute -%}
        {%- for node in graph.nodes.values() | sort(attribute='unique_id')
            if node.resource_type == 'model' and node.fqn[1] == 'segments' -%}
        {%- for column in node.columns.values() -%}
        {%- set stated = column.config.get('meta', {}).get('metric', []) -%}
        {%- for metric in ([stated] if stated is string else stated) %}
        , (
            {{ dbt.string_literal(metric) }},
            {{ dbt.string_literal(node.name) }},
            {{ dbt.string_literal(column.name) }},
            {{ dbt.string_literal(dbt.escape_single_quotes(column.description.split() | join(' '))) }}
        )
        {%- endfor -%}
        {%- endfor -%}
        {%- endfor -%}
        {%- endif %}
    ) as stated (metric, table_name, column_name, column_description)
    where metric <> ''
{%- endmacro %}
