-- One row per customer and scheme (customer_key, scheme): the segment that today's facts alone give,
-- before any memory. A scheme joins by its model's name in the list. A view: the rows are written down once,
-- as held.
{{ config(materialized='view') }}
{%- set judged = [
    ref('int_lifecycle_stages_judged'),
    ref('int_value_classes_judged'),
    ref('int_rfm_groups_judged'),
    ref('int_need_classes_judged'),
    ref('int_behaviour_classes_judged'),
    ref('int_loyalty_classes_judged'),
    ref('int_statistical_segments_judged'),
    ref('int_profiles_judged'),
] %}
{% for scheme in judged %}
select
    customer_key,
    scheme,
    raw_segment,
    segment_reason,
    nearest_segment,
    distance_to_exit,
    distance_unit,
    clear_rate,
    exit_condition
from {{ scheme }}
{{ 'union all' if not loop.last }}
{% endfor %}
