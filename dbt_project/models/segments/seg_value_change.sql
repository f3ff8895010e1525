-- One row per way of splitting the base, segment and step of the value bridge (segment_kind, segment,
-- step): the value at the last closing, what changed it, and the value now, as bars of a waterfall.
-- Summed over the customers whose change is explained; the others are counted beside. Test accounts and
-- the unknown member are left out.
{% set steps = ['opening', 'alive', 'frequency', 'spend', 'margin', 'influence', 'merge', 'definition',
    'closing'] %}
with
customers as (
    select
        changes.*,
        'all' as all_customers,
        -- Who was merged or erased since the opening has no segment today.
        coalesce(tiers.value_tier, changes.presence) as value_tier,
        coalesce(states.lifecycle_stage, changes.presence) as lifecycle_stage
    from {{ ref('customer_value_change') }} as changes
    left join {{ ref('dim_customer') }} as dim on changes.customer_key = dim.customer_key
    left join {{ ref('customer_value_tier') }} as tiers on changes.customer_key = tiers.customer_key
    left join {{ ref('lifecycle_state') }} as states on changes.customer_key = states.customer_key
    where not coalesce(dim.is_test, false) and coalesce(dim.customer_kind, 'gone') <> 'unknown'
),

summed as (
    {% for kind in ['all', 'value_tier', 'lifecycle_stage'] %}
    {% set segment = 'all_customers' if kind == 'all' else kind %}
    select
        '{{ kind }}' as segment_kind,
        {{ segment }} as segment,
        max(as_of_date) as as_of_date,
        max(period_kind) as period_kind,
        max(opening_date) as opening_date,
        sum(case when change_reason is null then 1 else 0 end) as customer_count,
        sum(case when change_reason is null then 0 else 1 end) as left_out_count,
        min(change_reason) as first_reason,
        {% for step in steps %}
        {% set effect = '' if step in ['opening', 'closing'] else '_change' %}
        sum(case when change_reason is null then {{ step ~ effect }}_amount end) as {{ step }}_amount,
        {% endfor %}
        max(currency_code) as currency_code
    from customers
    group by {{ segment }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

bars as (
    {% for step in steps %}
    select
        summed.*,
        {{ loop.index }} as step_rank,
        '{{ step }}' as step,
        '{{ 'level' if step in ['opening', 'closing'] else 'effect' }}' as step_kind,
        {{ step }}_amount as amount
    from summed
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

stacked as (
    select
        *,
        sum(amount) over (
            partition by segment_kind, segment
            order by step_rank
            rows between unbounded preceding and current row
        ) as running_amount
    from bars
)

select
    segment_kind,
    segment,
    step,
    as_of_date,
    period_kind,
    opening_date,
    step_rank,
    step_kind,
    cast(amount as decimal(18, 4)) as amount,
    -- A level stands on the ground, an effect on what is there before it.
    cast(
        case
            when amount is null then null
            when step_kind = 'level' then 0
            else running_amount - amount
        end as decimal(18, 4)
    ) as from_amount,
    cast(case step_kind when 'level' then amount else running_amount end as decimal(18, 4)) as to_amount,
    case when customer_count = 0 then first_reason end as amount_reason,
    cast(customer_count as bigint) as customer_count,
    cast(left_out_count as bigint) as left_out_count,
    currency_code
from stacked
