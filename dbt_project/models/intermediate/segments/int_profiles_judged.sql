-- One row per customer of dim_customer, the unknown member left out, and descriptive scheme
-- (customer_key, scheme): who the customer is and where it buys (J1), 'not given' where unknown. Only the
-- purchase channel can be near another. A view: the customers of each scheme are written down once, as held.
{{ config(materialized='view') }}
{%- set recorded = [
    'region', 'age_band', 'gender', 'income_band', 'occupation', 'education', 'lifestyle',
] %}
{% for scheme in recorded %}
select
    customer_key,
    '{{ scheme }}' as scheme,
    coalesce({{ scheme }}, 'not given') as raw_segment,
    cast(null as string) as segment_reason,
    cast(null as string) as nearest_segment,
    cast(null as double) as distance_to_exit,
    cast(null as string) as distance_unit,
    cast(null as double) as clear_rate,
    cast(null as string) as exit_condition
from {{ ref('int_profiles_gathered') }}
union all
{% endfor %}
select
    customer_key,
    'purchase_channel' as scheme,
    coalesce(purchase_channel, 'not given') as raw_segment,
    cast(null as string) as segment_reason,
    next_channel as nearest_segment,
    needed_count as distance_to_exit,
    case when next_channel is not null then 'occasions' end as distance_unit,
    clear_rate,
    exit_condition
from {{ ref('int_profiles_gathered') }}
