-- Claim: what was due of all customers, the unknown member included, is what was due of the claims,
-- exactly, and no customer paid more on time than was due. Fails with the sums or the customer.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

claims as (
    select coalesce(sum(payments.amount), 0) as due_amount
    from {{ ref('int_payments_valued') }} as payments
    inner join {{ ref('stg_sales__payments') }} as delivered
        on payments.payment_id = delivered.payment_id
    cross join run_context
    inner join {{ ref('value_rules') }} as rules on rules.rule = 'payment_grace_days'
    where
        payments.is_counted
        and not payments.is_cancelled
        and delivered.amount > 0
        and {{ dbt.datediff('payments.due_date', 'run_context.as_of_date', 'day') }} >= rules.value
),

credits as (
    select coalesce(sum(due_amount), 0) as due_amount
    from {{ ref('customer_credit') }}
)

select
    'all' as who,
    claims.due_amount as of_claims,
    credits.due_amount as of_customers
from claims
cross join credits
where claims.due_amount <> credits.due_amount
union all
select
    customer_key as who,
    due_amount as of_claims,
    on_time_amount as of_customers
from {{ ref('customer_credit') }}
where on_time_amount > due_amount
