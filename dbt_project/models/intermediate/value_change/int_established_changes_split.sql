-- One row per customer with a value (customer_key): the change of profit contribution and cost
-- savings since the opening, as frequency (occasions), spend (net per occasion) and margin (the rest:
-- profit by net, and costs without sales). What a customer had no level of at the opening, having
-- bought nothing yet, is taken at today's: the first purchases are frequency.
{% set factors = ['occasions', 'amount', 'rate'] %}
with
closed as (
    select * from {{ ref('int_customers_value_closed') }}
),

opened as (
    select * from {{ ref('int_customers_value_opened') }}
),

{% for side in ['opened', 'closed'] %}
{{ side }}_levels as (
    select
        customer_key,
        cast(occasion_count as double) as occasions,
        cast(net_amount as double) / nullif(occasion_count, 0) as amount,
        cast(profit_contribution_amount as double) / nullif(cast(net_amount as double), 0) as rate,
        profit_contribution_amount + coalesce(cost_saving_amount, 0) as earned_amount
    from {{ side }}
),

{% endfor %}
factored as (
    select
        closed_levels.customer_key,
        closed_levels.earned_amount - coalesce(opened_levels.earned_amount, 0) as change_amount,
        coalesce(opened_levels.occasions, 0) as opening_occasions,
        closed_levels.occasions as closing_occasions,
        {% for factor in ['amount', 'rate'] %}
        coalesce(opened_levels.{{ factor }}, closed_levels.{{ factor }}, 0) as opening_{{ factor }},
        coalesce(closed_levels.{{ factor }}, opened_levels.{{ factor }}, 0) as closing_{{ factor }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from closed_levels
    left join opened_levels on closed_levels.customer_key = opened_levels.customer_key
),

shared as (
    select
        customer_key,
        change_amount,
        cast({{ shapley_share('occasions', factors) }} as decimal(18, 4)) as frequency_amount,
        cast({{ shapley_share('amount', factors) }} as decimal(18, 4)) as spend_amount
    from factored
)

select
    customer_key,
    frequency_amount,
    spend_amount,
    cast(change_amount - frequency_amount - spend_amount as decimal(18, 4)) as margin_amount
from shared
