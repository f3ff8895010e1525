-- One row per move between states of silence (from_state, to_state): how often customers of the base
-- made it in the last quarters, and what they brought meanwhile. A state counts whole periods since
-- the last purchase, the last state all that follow (value_rules migration_period_days,
-- migration_last_state, migration_windows). A customer who had bought before a period moves once in
-- it: back to 0 by a purchase, else one state further.
with
rules as (
    select
        cast(max(case when rule = 'migration_period_days' then value end) as integer)
            as period_days,
        cast(max(case when rule = 'migration_last_state' then value end) as integer) as last_state,
        cast(max(case when rule = 'migration_windows' then value end) as integer) as window_count
    from {{ ref('value_rules') }}
),

run_context as (
    select * from {{ source('raw', 'run_context') }}
),

numbers as (
    select cast(generated_number as integer) as window_number
    from ({{ dbt.generate_series(64) }})
),

-- Window 1 ends at the as-of date; what happened on its first day is known before it begins.
windows as (
    select
        numbers.window_number,
        rules.period_days,
        rules.last_state,
        cast({{ dbt.dateadd(
            'day', '-1 * rules.period_days * numbers.window_number', 'run_context.as_of_date'
        ) }} as date) as start_date,
        cast({{ dbt.dateadd(
            'day', '-1 * rules.period_days * (numbers.window_number - 1)', 'run_context.as_of_date'
        ) }} as date) as end_date
    from numbers
    cross join rules
    cross join run_context
    where numbers.window_number <= rules.window_count
),

-- Of a customer's purchases exactly one is the latest when a window begins.
begun as (
    select
        occasions.customer_key,
        windows.window_number,
        windows.last_state,
        least(
            cast(floor(
                {{ dbt.datediff('occasions.purchase_date', 'windows.start_date', 'day') }}
                / windows.period_days
            ) as integer),
            windows.last_state
        ) as from_state,
        coalesce(occasions.next_purchase_date <= windows.end_date, false) as has_purchase
    from {{ ref('int_purchase_occasions') }} as occasions
    inner join windows
        on
            occasions.purchase_date <= windows.start_date
            and (
                occasions.next_purchase_date is null
                or occasions.next_purchase_date > windows.start_date
            )
    where not occasions.is_test_customer
),

-- Return adjustments count in the window of their day, like purchases.
earned as (
    select
        days.customer_key,
        windows.window_number,
        cast(sum(days.net_amount) as decimal(18, 4)) as net_amount
    from {{ ref('int_customer_days_netted') }} as days
    inner join windows
        on
            days.purchase_date > windows.start_date
            and days.purchase_date <= windows.end_date
    group by days.customer_key, windows.window_number
),

moved as (
    select
        begun.from_state,
        case
            when begun.has_purchase then 0
            else least(begun.from_state + 1, begun.last_state)
        end as to_state,
        coalesce(earned.net_amount, 0) as net_amount,
        cast(coalesce(earned.net_amount, 0) * margins.margin_rate as decimal(18, 4))
            as reward_amount
    from begun
    inner join {{ ref('int_customers_margin_measured') }} as margins
        on begun.customer_key = margins.customer_key
    left join earned
        on
            begun.customer_key = earned.customer_key
            and begun.window_number = earned.window_number
)

select
    cast(from_state as bigint) as from_state,
    cast(to_state as bigint) as to_state,
    cast(count(*) as bigint) as move_count,
    cast(sum(net_amount) as decimal(18, 4)) as net_amount,
    cast(sum(reward_amount) as decimal(18, 4)) as reward_amount,
    -- 19 digits: the square of an amount of 18 overflows from 300,000 on.
    cast(sum(reward_amount * cast(reward_amount as decimal(19, 4))) as decimal(38, 8))
        as reward_square_amount
from moved
group by from_state, to_state
