-- One row per customer with a value (customer_key): the change of potential value since the opening.
-- The opening's history is scored by today's models first (restated_amount): what that changes is
-- definition, and the rest is the customer's own. A factor that the customer had no level of yet is
-- taken at today's, so that a new customer's potential is wholly alive.
{% set factors = ['alive', 'frequency', 'spend', 'margin'] %}
with
closed as (
    select * from {{ ref('int_customers_value_closed') }}
),

opened as (
    select
        customer_key,
        occasion_count - 1 as x,
        {{ dbt.datediff('first_purchase_date', 'last_purchase_date', 'day') }} as t_x_days,
        {{ dbt.datediff('first_purchase_date', 'opening_date', 'day') }} as t_days,
        positive_repeat_day_count,
        cast(positive_repeat_amount as double) / nullif(positive_repeat_day_count, 0)
            as mean_amount,
        cast(margin_rate as double) as margin
    from {{ ref('int_customers_value_opened') }}
),

factored as (
    select
        closed.customer_key,
        closed.potential_amount,
        opened.customer_key is not null as has_opening,
        coalesce(scores.p_alive, 0) as opening_alive,
        coalesce(cast(closed.p_alive as double), 0) as closing_alive,
        scores.discounted_purchases_365d / nullif(scores.p_alive, 0) as opened_frequency,
        cast(closed.discounted_purchases_365d as double) / nullif(cast(closed.p_alive as double), 0)
            as closed_frequency,
        {{ expected_spend(
            'spend.p', 'spend.q', 'spend.v', 'opened.positive_repeat_day_count',
            'opened.mean_amount',
        ) }} as opened_spend,
        cast(closed.expected_spend_amount as double) as closed_spend,
        opened.margin as opened_margin,
        cast(closed.margin_rate as double) as closed_margin
    from closed
    left join opened on closed.customer_key = opened.customer_key
    left join {{ source('models', 'purchase_score') }} as scores
        on
            closed.scope = scores.scope
            and opened.x = scores.x
            and opened.t_x_days = scores.t_x_days
            and opened.t_days = scores.t_days
    left join {{ ref('int_spend_parameters_pivoted') }} as spend on closed.scope = spend.scope
),

levelled as (
    select
        *,
        {% for factor in ['frequency', 'spend', 'margin'] %}
        coalesce(opened_{{ factor }}, closed_{{ factor }}, 0) as opening_{{ factor }},
        coalesce(closed_{{ factor }}, opened_{{ factor }}, 0) as closing_{{ factor }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from factored
),

shared as (
    select
        customer_key,
        coalesce(potential_amount, 0) as closing_amount,
        cast(opening_alive * opening_frequency * opening_spend * opening_margin as decimal(18, 4))
            as restated_amount,
        {% for factor in ['alive', 'frequency', 'spend'] %}
        cast({{ shapley_share(factor, factors) }} as decimal(18, 4)) as {{ factor }}_amount
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from levelled
)

select
    customer_key,
    restated_amount,
    alive_amount,
    frequency_amount,
    spend_amount,
    cast(
        closing_amount - restated_amount - alive_amount - frequency_amount - spend_amount
        as decimal(18, 4)
    ) as margin_amount
from shared
