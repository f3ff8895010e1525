-- Claim: a customer of the base moves exactly once in each window that begins after the first
-- purchase, and moves to state 0 or one state further. A row is a wrong total or a wrong move.
with
rules as (
    select
        cast(max(case when rule = 'migration_period_days' then value end) as integer)
            as period_days,
        cast(max(case when rule = 'migration_last_state' then value end) as integer) as last_state,
        cast(max(case when rule = 'migration_windows' then value end) as integer) as window_count
    from {{ ref('value_rules') }}
),

expected as (
    select
        sum(least(
            cast(floor(histories.t_days / rules.period_days) as integer), rules.window_count
        )) as move_count
    from {{ ref('customer_cbs') }} as histories
    inner join {{ ref('dim_customer') }} as customers
        on histories.customer_key = customers.customer_key
    cross join rules
    where not customers.is_test
),

counted as (
    select sum(move_count) as move_count
    from {{ ref('int_states_migrated') }}
)

select
    'total' as problem,
    coalesce(expected.move_count, 0) - coalesce(counted.move_count, 0) as difference
from expected
cross join counted
where coalesce(expected.move_count, 0) <> coalesce(counted.move_count, 0)
union all
select
    'move from ' || cast(moves.from_state as string) || ' to ' || cast(moves.to_state as string)
        as problem,
    moves.move_count as difference
from {{ ref('int_states_migrated') }} as moves
cross join rules
where moves.to_state not in (0, least(moves.from_state + 1, rules.last_state))
