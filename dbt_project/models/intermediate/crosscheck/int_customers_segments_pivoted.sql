-- One row per customer of dim_customer, the unknown member left out: the held segment of every scheme
-- side by side, and the reasons of those that are judged by rules.
{%- set schemes = [
    'lifecycle', 'value_class', 'rfm', 'need_class', 'behaviour_class', 'loyalty', 'statistical',
    'region', 'age_band', 'gender', 'income_band', 'occupation', 'education', 'lifestyle',
    'purchase_channel',
] %}
select
    customer_key
    {%- for scheme in schemes %},
    max(case when scheme = '{{ scheme }}' then segment end) as {{ scheme }}_segment
    {%- endfor %}
    {%- for scheme in ['value_class', 'need_class', 'behaviour_class', 'loyalty'] %},
    max(case when scheme = '{{ scheme }}' then coalesce(hold_reason || ': ', '') || segment_reason end)
        as {{ scheme }}_reason
    {%- endfor %},
    max(case when scheme = 'value_class' then segment_since_date end) as value_class_since_date
from {{ ref('int_segments_held') }}
group by customer_key
