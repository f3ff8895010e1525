{#- Those of `rules` that seed `seed` lacks or that are not above 0 there: what a claim finds. -#}
{% macro missing_rules(seed, rules) -%}
with
needed as (
    {% for rule in rules %}
    select '{{ rule }}' as rule
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    needed.rule,
    rules.value
from needed
left join {{ ref(seed) }} as rules on needed.rule = rules.rule
where rules.value is null or rules.value <= 0
{%- endmacro %}
