{#- Rows for which `expression` is not true; unknown (null) is not true. -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where coalesce(not ({{ expression }}), true)
{% endtest %}
