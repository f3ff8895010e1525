-- One row per state of silence (state), at the as-of date: what a customer of the base in it is
-- worth by the moves between states alone (C11), and what the purchase model says of the customers
-- who are in it today. A check of customer_clv that shares its margins and none of its assumptions.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'migration_period_days' then value end) as integer)
            as period_days,
        cast(max(case when rule = 'migration_last_state' then value end) as integer) as last_state
    from {{ ref('value_rules') }}
),

states as (
    select * from {{ source('models', 'state_value') }}
),

customers as (
    select
        least(
            cast(floor((histories.t_days - histories.t_x_days) / rules.period_days) as integer),
            rules.last_state
        ) as state,
        clv.clv_365d_amount,
        clv.clv_infinite_amount
    from {{ ref('customer_clv') }} as clv
    inner join {{ ref('customer_cbs') }} as histories
        on clv.customer_key = histories.customer_key
    inner join {{ ref('dim_customer') }} as dim on clv.customer_key = dim.customer_key
    cross join rules
    where not dim.is_test
),

counted as (
    select
        state,
        count(*) as customer_count,
        count(clv_infinite_amount) as modelled_customer_count,
        sum(clv_365d_amount) as clv_365d_amount,
        sum(clv_infinite_amount) as clv_infinite_amount
    from customers
    group by state
),

compared as (
    select
        states.*,
        coalesce(counted.customer_count, 0) as customer_count,
        coalesce(counted.modelled_customer_count, 0) as modelled_customer_count,
        cast(counted.clv_365d_amount as double) / nullif(counted.modelled_customer_count, 0)
            as model_365d,
        cast(counted.clv_infinite_amount as double) / nullif(counted.modelled_customer_count, 0)
            as model_infinite
    from states
    left join counted on states.state = counted.state
)

select
    compared.state,
    run_context.as_of_date,
    cast(rules.period_days * compared.state as bigint) as least_days_since_last_purchase,
    cast(
        case
            when compared.state < rules.last_state
                then rules.period_days * (compared.state + 1) - 1
        end as bigint
    ) as most_days_since_last_purchase,
    cast(compared.customer_count as bigint) as customer_count,
    compared.move_count,
    round(compared.p_purchase, 6) as purchase_rate,
    cast(compared.mean_reward_amount as decimal(18, 4)) as period_margin_amount,
    compared.discount_rate as period_discount_rate,
    cast(compared.value_amount as decimal(18, 4)) as value_amount,
    cast(compared.standard_error as decimal(18, 4)) as value_standard_error_amount,
    cast(compared.horizon_value_amount as decimal(18, 4)) as value_365d_amount,
    compared.status as value_status,
    compared.reason as value_reason,
    cast(compared.modelled_customer_count as bigint) as modelled_customer_count,
    cast(compared.model_365d as decimal(18, 4)) as model_365d_amount,
    cast(compared.model_infinite as decimal(18, 4)) as model_infinite_amount,
    round(compared.horizon_value_amount / nullif(compared.model_365d, 0), 6)
        as value_365d_to_model_ratio,
    round(compared.value_amount / nullif(compared.model_infinite, 0), 6) as value_to_model_ratio,
    case
        when compared.value_amount is null then 'no migration value; see value_reason'
        when compared.customer_count = 0 then 'no customer is in the state today'
        when compared.modelled_customer_count = 0
            then 'no customer in the state has a CLV; see clv_reason in customer_clv'
    end as comparison_reason,
    run_context.currency_code
from compared
cross join rules
cross join run_context
