{#- The latest version of each row of a source table, personal columns hashed.

    Belongs here: what every extract goes through, whatever it holds. What one extract needs
    beyond that (a derived column) stands in its staging model. Delivery, key, columns and
    personal columns come from the contract, through the meta of the generated source file.

    A table expression with the columns of the contract in order, each personal column `c`
    replaced by `c_hmac`:
    - full: the newest extract is the whole truth; delta, events: the latest version of each key;
    - of several versions the last by extract date, time of extraction and place in the file;
    - a key whose latest version is a deletion is gone;
    - nothing of an extract after the as-of date, although raw does not show it either.
    A table without key keeps all its rows. Columns are quoted: `end` and `at` are words of SQL.

    `id_type_of` names, for a personal column, the column that holds the kind of its value.
    `derived` maps a new column to its expression over the clear values; use it for what identifies
    nobody, such as a year of birth. `unused` names personal columns that no model needs: they end
    here, as hashing them costs and what nobody keeps nobody can lose. -#}
{% macro latest_version(source_name, table_name, id_type_of={}, derived={}, unused=[]) -%}
    {%- set relation = source(source_name, table_name) -%}
    {%- set table = source_contract(source_name, table_name) -%}
    {%- set order = ['extract_date', 'extracted_at', 'source_row', 'source_file'] -%}
    with
    {% if table.delivery == 'full' -%}
    newest_extract as (
        select max(raw_rows.extract_date) as extract_date
        from {{ relation }} as raw_rows
        cross join {{ source('raw', 'run_context') }} as run_context
        where raw_rows.extract_date <= run_context.as_of_date
    ),

    {% endif -%}
    {% if table.key -%}
    -- Most keys have one version: finding the others and ranking only those is cheaper than a
    -- window over everything. Raw is read once for each question and no more columns than it needs:
    -- what several expressions read is copied first.
    doubled_keys as (
        select
            {% for column in table.key -%}
            raw_rows.{{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        {{ visible_rows(relation, table.delivery) }}
        group by
            {% for column in table.key -%}
            raw_rows.{{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        having count(*) > 1
    ),

    ranked as (
        select
            {% for column in order -%}
            raw_rows.{{ column }},
            {% endfor -%}
            row_number() over (
                partition by
                    {% for column in table.key %}raw_rows.{{ column }}{{ ', ' if not loop.last }}{% endfor %}

                order by
                    {% for column in order %}raw_rows.{{ column }} desc{{ ', ' if not loop.last }}{% endfor %}

            ) as version_rank
        {{ visible_rows(relation, table.delivery, joined='doubled_keys', key=table.key) }}
    ),

    superseded as (
        select
            extract_date,
            source_row,
            source_file
        from ranked
        where version_rank > 1
    ),

    {% endif -%}
    latest as (
        select
            {% for column in table.columns -%}
            raw_rows.{{ adapter.quote(column) }}{{ ',' if not loop.last }}
            {% endfor %}
        {{ visible_rows(relation, table.delivery, without='superseded' if table.key else none) }}
    )

    select
        {% for column in table.columns | reject('in', unused) -%}
        {% if column not in table.personal -%}
        {{ adapter.quote(column) }}
        {%- elif column in id_type_of -%}
        {{ identity_hmac(column, id_type_of[column]) }} as {{ column }}_hmac
        {%- else -%}
        {{ personal_hmac(column, table.personal[column]) }} as {{ column }}_hmac
        {%- endif %}{{ ',' if not loop.last or derived }}
        {% endfor -%}
        {% for name, expression in derived.items() -%}
        {{ expression }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from latest
    where op <> 'D'
{%- endmacro %}

{#- The rows of a raw table that count, as `from` and `where`. -#}
{% macro visible_rows(relation, delivery, joined=none, key=[], without=none) -%}
        from {{ relation }} as raw_rows
        cross join {{ source('raw', 'run_context') }} as run_context
        {% if delivery == 'full' -%}
        inner join newest_extract on raw_rows.extract_date = newest_extract.extract_date
        {% endif -%}
        {% if joined -%}
        inner join {{ joined }} on {{ equal_columns('raw_rows', joined, key) }}
        {% endif -%}
        {% if without -%}
        left join {{ without }}
            on {{ equal_columns('raw_rows', without, ['source_row', 'extract_date', 'source_file']) }}
        {% endif -%}
        where raw_rows.extract_date <= run_context.as_of_date
        {%- if without %} and {{ without }}.source_row is null{% endif %}
{%- endmacro %}

{% macro equal_columns(left_alias, right_alias, columns) -%}
    {%- for column in columns -%}
    {{ left_alias }}.{{ column }} = {{ right_alias }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- What the contract says about a source table: delivery, key, personal columns with their kind,
    columns. Only known once dbt has read all files. -#}
{% macro source_contract(source_name, table_name) -%}
    {%- if not execute -%}
        {{ return({'delivery': 'full', 'key': [], 'personal': {}, 'columns': ['op']}) }}
    {%- endif -%}
    {%- for node in graph.sources.values()
        if node.source_name == source_name and node.name == table_name -%}
        {{ return(node.config.meta) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        "no contract of " ~ source_name ~ "." ~ table_name ~ "; write expectations/extracts/"
        ~ source_name ~ "/" ~ table_name ~ ".yaml and generate the source files"
    ) }}
{%- endmacro %}
