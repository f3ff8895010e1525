{#- What members and others are compared in (H8, H10): outcome -> unit of its figures. -#}
{% macro lift_outcomes() %}
{{ return({
    'purchase_frequency': 'occasions per year',
    'net_amount': 'currency per year',
    'repurchase': 'share with an occasion in the follow-up',
    'retention': 'share with an occasion at the end of the follow-up',
    'clv': 'currency, of the next 365 days',
    'engagement': 'sessions, visits and contacts of the last quarter',
    'conversion': 'share of sessions that end in an order',
    'recommendation': 'net promoter score',
}) }}
{% endmacro %}

{#- Units with a column for each outcome as a row for each outcome that is known: a relation, because a
    table of these rows would be the largest of all. -#}
{% macro lift_outcome_rows(units, columns) -%}
(
    {%- for outcome in lift_outcomes() %}
    select
        {{ columns | join(', ') }},
        '{{ outcome }}' as outcome,
        {{ outcome }} as outcome_value
    from {{ units }}
    where {{ outcome }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as outcome_rows
{%- endmacro %}

{#- The key figures of a programme (H10), outcomes of which members and counterparts stand side by side. -#}
{% macro programme_comparisons() %}
{{ return(['retention', 'clv', 'engagement', 'conversion', 'recommendation']) }}
{% endmacro %}
