-- One row per base customer and kind of slice in which service is judged (customer_key, slice_kind): all,
-- the value tier, the service level; with what the treatment allows.
{%- for kind in ['all', 'value_tier', 'service_level'] %}
select
    policies.customer_key,
    '{{ kind }}' as slice_kind,
    {{ "'all'" if kind == 'all' else 'policies.' ~ kind }} as slice,
    policies.contact_budget_per_month,
    policies.offer_cap_rate
from {{ ref('treatment_policy') }} as policies
inner join {{ ref('dim_customer') }} as customers
    on policies.customer_key = customers.customer_key
where not customers.is_test
{{ 'union all' if not loop.last }}
{%- endfor %}
