-- One row per customer with a claim, the unknown member included (customer_key): what was due and
-- what of it came on time, and what is open of sales on credit. A claim is a payment of a positive
-- amount for an order that is not cancelled; it is on credit when it is due after the day of its
-- order. Refunds are no claims.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'payment_grace_days' then value end) as grace_days,
        max(case when rule = 'dso_window_days' then value end) as window_days
    from {{ ref('value_rules') }}
),

claims as (
    select
        payments.customer_key,
        payments.purchase_date,
        payments.paid_date,
        payments.amount,
        -- Not due before the days of grace are over.
        coalesce(
            {{ dbt.datediff('payments.due_date', 'run_context.as_of_date', 'day') }}
            >= rules.grace_days, false
        ) as is_due,
        coalesce(
            {{ dbt.datediff('payments.due_date', 'payments.paid_date', 'day') }}
            <= rules.grace_days, false
        ) as is_on_time,
        coalesce(payments.due_date > payments.purchase_date, false) as is_credit,
        {{ dbt.datediff('payments.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.window_days as is_in_window
    from {{ ref('int_payments_valued') }} as payments
    cross join run_context
    cross join rules
    where
        payments.is_counted
        and not payments.is_cancelled
        and payments.amount > 0
),

-- Where payments reach back less than the window, the days that they cover count.
covered as (
    select
        least(
            max(rules.window_days),
            {{ dbt.datediff('min(claims.purchase_date)', 'max(run_context.as_of_date)', 'day') }}
            + 1
        ) as window_days
    from claims
    cross join run_context
    cross join rules
)

select
    claims.customer_key,
    cast(sum(case when claims.is_due then claims.amount else 0 end) as decimal(18, 4))
        as due_amount,
    cast(
        sum(case when claims.is_due and claims.is_on_time then claims.amount else 0 end)
        as decimal(18, 4)
    ) as on_time_amount,
    cast(
        sum(case when claims.is_credit and claims.paid_date is null then claims.amount else 0 end)
        as decimal(18, 4)
    ) as open_credit_amount,
    cast(
        sum(case when claims.is_credit and claims.is_in_window then claims.amount else 0 end)
        as decimal(18, 4)
    ) as credit_sales_amount,
    cast(max(covered.window_days) as integer) as dso_window_days
from claims
cross join covered
group by claims.customer_key
