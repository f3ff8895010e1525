{#- Claim: the columns are a key. Fails on each combination that comes twice or holds a null.
    Lines are told apart order by order first (numbers_differ): grouping by what an order's lines share
    costs half as much as grouping each line. What that leaves in doubt is grouped line by line. -#}
{% test unique_together(model, columns) %}
{%- set is_numbered = columns[-1] == 'line_no' %}
{%- set shared = columns[:-1] %}
{% if is_numbered %}
with
in_doubt as (
    select
        {{ shared | join(', ') }}
    from {{ model }}
    group by {{ shared | join(', ') }}
    having not {{ numbers_differ(columns[-1]) }}
),

candidates as (
    select
        {% for column in columns -%}
        rows.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ model }} as rows
    inner join in_doubt
        on {% for column in shared -%}
            rows.{{ column }} = in_doubt.{{ column }}
            {{- ' and ' if not loop.last }}
        {%- endfor %}

    union all
    -- equal to nothing, so found by no join
    select
        {{ columns | join(', ') }}
    from {{ model }}
    where {{ shared | join(' is null or ') }} is null
)

{% endif -%}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ 'candidates' if is_numbered else model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns %}
    or {{ column }} is null
    {% endfor %}
{% endtest %}
