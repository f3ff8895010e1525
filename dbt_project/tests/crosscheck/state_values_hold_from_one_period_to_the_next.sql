-- Claim: the value of a state is the margin of one period and the discounted value of where it
-- leads, which the published formula solves for. A row is a state whose value does not repeat.
with
first_state as (
    select value_amount
    from {{ ref('state_value') }}
    where state = 0
),

repeated as (
    select
        states.state,
        states.value_amount,
        states.period_margin_amount / sqrt(1 + states.period_discount_rate)
        + (
            states.purchase_rate * first_state.value_amount
            + (1 - states.purchase_rate) * coalesce(further.value_amount, states.value_amount)
        ) / (1 + states.period_discount_rate) as value_after_one_period
    from {{ ref('state_value') }} as states
    cross join first_state
    left join {{ ref('state_value') }} as further on states.state + 1 = further.state
    where states.value_status = 'valued'
)

select *
from repeated
where
    value_after_one_period is null
    or abs(value_after_one_period - value_amount) > 0.001 + 0.00001 * abs(value_amount)
