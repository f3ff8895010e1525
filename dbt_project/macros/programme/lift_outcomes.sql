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

{#- The key figures of a programme (H10), outcomes of which members and counterparts stand side by side. -#}
{% macro programme_comparisons() %}
{{ return(['retention', 'clv', 'engagement', 'conversion', 'recommendation']) }}
{% endmacro %}
