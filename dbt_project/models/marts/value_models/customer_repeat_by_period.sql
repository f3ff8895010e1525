-- One row per customer with at least one purchase occasion, test customers included: buying by
-- calendar period after the model for those who buy at most once in a while (BG/BB).
with
counted as (
    select * from {{ ref('int_customer_opportunities_counted') }}
),

scores as (
    select * from {{ source('models', 'opportunity_score') }}
),

run_context as (
    select * from {{ source('raw', 'run_context') }}
)

select
    counted.customer_key,
    run_context.as_of_date,
    counted.scope,
    counted.x as active_period_count,
    counted.t_x as last_active_period,
    counted.n as period_count,
    scores.model_run_id,
    scores.p_alive,
    scores.expected_opportunities_365d as expected_active_periods_365d,
    scores.discounted_opportunities_infinite as discounted_active_periods_infinite,
    case
        when scores.model_run_id is null then 'no model of buying by period: see model_run'
    end as period_reason
from counted
cross join run_context
left join scores
    on
        counted.scope = scores.scope
        and counted.x = scores.x
        and counted.t_x = scores.t_x
        and counted.n = scores.n
