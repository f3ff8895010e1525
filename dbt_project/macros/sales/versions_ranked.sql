{#- Raw rows with the rank of their version, the latest first: a claim's own way to them, beside
    latest_version. Only rows of `again`, the keys that come more than once, are ranked by a window.

    `rows`, `again`: tables; they are joined by `joined_by`, the first columns of `key`. -#}
{% macro versions_ranked(rows, again, key, joined_by, columns) -%}
    {% for ranked in [false, true] -%}
    select
        {% for column in key + columns -%}
        raw_rows.{{ column }},
        {% endfor -%}
        {% if ranked -%}
        row_number() over (
            partition by
                {% for column in key %}raw_rows.{{ column }}{{ ', ' if not loop.last }}{% endfor %}

            order by
                raw_rows.extract_date desc, raw_rows.extracted_at desc, raw_rows.source_row desc,
                raw_rows.source_file desc
        ) as version_rank
        {%- else -%}
        1 as version_rank
        {%- endif %}
    from {{ rows }} as raw_rows
    {{ 'inner' if ranked else 'left' }} join {{ again }}
        on {% for column in joined_by -%}
            raw_rows.{{ column }} is not distinct from {{ again }}.{{ column }}
            {{- ' and ' if not loop.last }}
        {%- endfor %}

    {% if not ranked -%}
    where {{ again }}.row_count is null
    union all
    {% endif -%}
    {% endfor %}
{%- endmacro %}
