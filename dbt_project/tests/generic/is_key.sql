{#- Claim: the column is a key. Fails on each value that comes twice, and on a missing one. One query
    instead of unique and not_null: each test costs a run 40 ms, whatever it asks. -#}
{% test is_key(model, column_name) %}
select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
