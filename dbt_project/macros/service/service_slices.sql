{#- The slices in which service is published, as rows (period_kind, ticket_dimension): all cases by
    day, week, month and in all; by type and by category of the case without days, which would hold
    a case each. -#}
{% macro service_slices() -%}
    {%- for period_kind in ['day', 'week', 'month', 'all_history'] -%}
        {%- for dimension in ['all', 'type', 'category'] if dimension == 'all' or period_kind != 'day' -%}
            select '{{ period_kind }}' as period_kind, '{{ dimension }}' as ticket_dimension
            {{ 'union all' if not (period_kind == 'all_history' and dimension == 'category') }}
        {% endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- What a case is in a dimension of service_slices: its own type or category. -#}
{% macro service_slice_value(dimension, cases) -%}
    case {{ dimension }}
        when 'type' then {{ cases }}.ticket_type
        when 'category' then {{ cases }}.ticket_category
        else 'all'
    end
{%- endmacro %}
