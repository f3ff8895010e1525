-- One row per origin (origin_number): the as-of date (0), and before it the days, one spacing apart,
-- that the churn classifier learns from and is judged at. The label of an origin is the horizon after
-- it, which ends before the next origin; an origin without enough history before it is left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'horizon_days' then value end) as integer) as horizon_days,
        cast(max(case when rule = 'origin_spacing_days' then value end) as integer)
            as spacing_days,
        max(case when rule in ('training_origins') then value end)
        + max(case when rule = 'test_origins' then value end) as origin_count,
        max(case when rule = 'least_history_days' then value end) as least_history_days
    from {{ ref('risk_rules') }}
),

history as (
    select min(purchase_date) as first_date
    from {{ ref('int_purchase_occasions') }}
    where not is_test_customer
),

numbers as (
    select cast(generated_number as integer) - 1 as origin_number
    from ({{ dbt.generate_series(64) }})
),

dated as (
    select
        numbers.origin_number,
        rules.horizon_days,
        rules.least_history_days,
        run_context.as_of_date,
        cast({{ dbt.dateadd(
            'day', '-1 * rules.spacing_days * numbers.origin_number', 'run_context.as_of_date'
        ) }} as date) as origin_date
    from numbers
    cross join rules
    cross join run_context
    where numbers.origin_number <= rules.origin_count
)

select
    dated.origin_number,
    dated.origin_date,
    cast({{ dbt.dateadd('day', 'dated.horizon_days', 'dated.origin_date') }} as date)
        as label_end_date,
    cast(dated.horizon_days as bigint) as horizon_days
from dated
cross join history
where
    dated.origin_number = 0
    or {{ dbt.datediff('history.first_date', 'dated.origin_date', 'day') }}
    >= dated.least_history_days
