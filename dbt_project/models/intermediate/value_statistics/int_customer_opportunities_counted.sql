-- One row per customer with at least one purchase occasion: buying in calendar periods, for the model
-- of those who buy at most once in a while (BG/BB, C9). A period is rule opportunity_months long; the
-- first is the one after the month of the first purchase, and the last is over at the as-of date.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as integer) as opportunity_months
    from {{ ref('value_rules') }}
    where rule = 'opportunity_months'
),

occasions as (
    select * from {{ ref('int_purchase_occasions') }}
),

placed as (
    select
        occasions.customer_key,
        cast(ceiling(
            cast({{ calendar_months_between(
                'occasions.first_purchase_date', 'occasions.purchase_date'
            ) }} as double) / rules.opportunity_months
        ) as bigint) as opportunity_no,
        cast(floor(
            cast({{ calendar_months_between(
                'occasions.first_purchase_date', dbt.dateadd('day', 1, 'run_context.as_of_date')
            ) }} - 1 as double) / rules.opportunity_months
        ) as bigint) as opportunity_count
    from occasions
    cross join rules
    cross join run_context
),

used as (
    select
        customer_key,
        greatest(max(opportunity_count), 0) as n,
        count(distinct case
            when opportunity_no between 1 and opportunity_count then opportunity_no
        end) as x,
        max(case
            when opportunity_no between 1 and opportunity_count then opportunity_no else 0
        end) as t_x
    from placed
    group by customer_key
)

select
    used.customer_key,
    scoped.scope,
    scoped.is_test_customer,
    cast(used.x as bigint) as x,
    cast(used.t_x as bigint) as t_x,
    cast(used.n as bigint) as n
from used
inner join {{ ref('int_customers_scoped') }} as scoped on used.customer_key = scoped.customer_key
