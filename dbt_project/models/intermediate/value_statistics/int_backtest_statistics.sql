-- One row per scope, origin, purchase history until the origin, and occasions after and before it:
-- what a model knew then and what it should have said. Origins lie one horizon apart (seed
-- value_rules) and the last hold-out ends at the as-of date. An origin with less than one horizon
-- of the scope's history before it is left out.
with
rules as (
    select
        cast(max(case when rule = 'backtest_horizon_days' then value end) as integer)
            as horizon_days,
        cast(max(case when rule = 'backtest_origins' then value end) as integer) as origin_count
    from {{ ref('value_rules') }}
),

run_context as (
    select * from {{ source('raw', 'run_context') }}
),

numbers as (
    select generated_number
    from ({{ dbt.generate_series(64) }})
),

origins as (
    select
        rules.horizon_days,
        cast({{ dbt.dateadd(
            'day',
            '-1 * rules.horizon_days * cast(numbers.generated_number as integer)',
            'run_context.as_of_date'
        ) }} as date) as origin_date
    from numbers
    cross join rules
    cross join run_context
    where numbers.generated_number <= rules.origin_count
),

occasions as (
    select
        scoped.scope,
        occasions.customer_key,
        occasions.purchase_date,
        occasions.first_purchase_date
    from {{ ref('int_purchase_occasions') }} as occasions
    inner join {{ ref('int_customers_scoped') }} as scoped
        on occasions.customer_key = scoped.customer_key
    where not scoped.is_test_customer
),

scopes as (
    select
        scope,
        min(purchase_date) as first_date
    from occasions
    group by scope
),

-- purchase_date - origin_date by customer and origin: negative and 0 is known at the origin
dated as (
    select
        occasions.scope,
        occasions.customer_key,
        origins.origin_date,
        origins.horizon_days,
        {{ dbt.datediff('occasions.first_purchase_date', 'origins.origin_date', 'day') }} as t_days,
        {{ dbt.datediff('origins.origin_date', 'occasions.purchase_date', 'day') }} as day_number
    from occasions
    inner join scopes on occasions.scope = scopes.scope
    inner join origins on occasions.first_purchase_date <= origins.origin_date
    where {{ dbt.datediff('scopes.first_date', 'origins.origin_date', 'day') }}
        >= origins.horizon_days
),

counted as (
    select
        scope,
        customer_key,
        origin_date,
        horizon_days,
        t_days,
        sum(case when day_number <= 0 then 1 else 0 end) - 1 as x,
        t_days + max(case when day_number <= 0 then day_number end) as t_x_days,
        sum(case when day_number between 1 and horizon_days then 1 else 0 end)
            as holdout_occasion_count,
        sum(case when day_number between 1 - horizon_days and 0 then 1 else 0 end)
            as previous_occasion_count
    from dated
    group by scope, customer_key, origin_date, horizon_days, t_days
)

select
    scope,
    origin_date,
    cast(horizon_days as bigint) as horizon_days,
    cast(x as bigint) as x,
    cast(t_x_days as bigint) as t_x_days,
    cast(t_days as bigint) as t_days,
    cast(holdout_occasion_count as bigint) as holdout_occasion_count,
    cast(previous_occasion_count as bigint) as previous_occasion_count,
    cast(count(*) as bigint) as customer_count
from counted
group by
    scope, origin_date, horizon_days, x, t_x_days, t_days, holdout_occasion_count,
    previous_occasion_count
