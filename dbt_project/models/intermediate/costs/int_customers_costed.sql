-- One row per customer of dim_customer, the unknown member included (customer_key): each cost line
-- to date, null with a reason where it is not known. A line of which only a part has a known cost
-- holds that part, and its reason counts the rest.
{%- set cost_lines = [
    'ticket', 'visit', 'call', 'other_contact', 'delivery', 'return_handling',
    'returned_goods_loss', 'payment_fee', 'reward', 'direct_marketing',
] %}
with
summed as (
    select
        customer_key,
        {% for line in cost_lines + ['supplier_funded_reward'] %}
        sum(case when cost_line = '{{ line }}' then cost_amount else 0 end) as {{ line }}_amount,
        sum(case when cost_line = '{{ line }}' then costed_count else 0 end)
            as {{ line }}_costed_count,
        sum(case when cost_line = '{{ line }}' then uncosted_count else 0 end)
            as {{ line }}_uncosted_count,
        {% endfor %}
        sum(case when cost_line <> 'supplier_funded_reward' then window_cost_amount else 0 end)
            as window_cost_amount
    from {{ ref('int_customers_costs_summed') }}
    group by customer_key
),

covered as (
    select
        {% for line in cost_lines %}
        max(case when cost_line = '{{ line }}' then reason end) as {{ line }}_reason,
        {% endfor %}
        count(*) as covered_line_count
    from {{ ref('int_cost_lines_covered') }}
),

lined as (
    select
        customers.customer_key,
        {% for line in cost_lines %}
        case
            when covered.{{ line }}_reason is not null then null
            when summed.{{ line }}_costed_count = 0 and summed.{{ line }}_uncosted_count > 0
                then null
            else coalesce(summed.{{ line }}_amount, 0)
        end as {{ line }}_amount,
        case
            when covered.{{ line }}_reason is not null then covered.{{ line }}_reason
            when summed.{{ line }}_uncosted_count > 0
                then cast(summed.{{ line }}_uncosted_count as string) || ' without a known cost'
        end as {{ line }}_reason,
        {% endfor %}
        case
            when covered.reward_reason is null
                then coalesce(summed.supplier_funded_reward_amount, 0)
        end as supplier_funded_reward_amount,
        coalesce(summed.window_cost_amount, 0) as window_cost_amount
    from {{ ref('dim_customer') }} as customers
    cross join covered
    left join summed on customers.customer_key = summed.customer_key
)

select
    customer_key,
    {% for line in cost_lines %}
    cast({{ line }}_amount as decimal(18, 4)) as {{ line }}_amount,
    {{ line }}_reason,
    {% endfor %}
    cast(supplier_funded_reward_amount as decimal(18, 4)) as supplier_funded_reward_amount,
    cast(window_cost_amount as decimal(18, 4)) as window_cost_amount,
    nullif(concat_ws(
        '; ',
        {% for line in cost_lines %}
        '{{ line | replace("_", " ") }}: ' || {{ line }}_reason,
        {% endfor %}
        null
    ), '') as cost_reason,
    0
    {% for line in cost_lines %}
    + case when {{ line }}_reason is null then 1 else 0 end
    {% endfor %}
        as known_line_count,
    {{ cost_lines | length }} as line_count
from lined
