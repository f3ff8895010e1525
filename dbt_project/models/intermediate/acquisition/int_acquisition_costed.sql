-- One row: what it cost to win a customer through channels that are paid for, over the last twelve
-- calendar months, the running one included. It is what a referral saves (C12).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

months as (
    select spent.*
    from {{ ref('int_acquisition_spent') }} as spent
    cross join run_context
    where
        spent.month_date > {{ dbt.dateadd(
            'month', -12, dbt.date_trunc('month', 'run_context.as_of_date')
        ) }}
),

-- A channel that is never paid for (a shop window, word of mouth) has no acquisition cost.
channels as (
    select
        channel,
        sum(acquisition_spend_amount) as acquisition_spend_amount,
        sum(new_customer_count) as new_customer_count
    from months
    group by channel
    having sum(acquisition_spend_amount) > 0
),

summed as (
    select
        sum(acquisition_spend_amount) as acquisition_spend_amount,
        sum(new_customer_count) as new_customer_count
    from channels
)

select
    run_context.as_of_date,
    cast(summed.acquisition_spend_amount as decimal(18, 4)) as acquisition_spend_amount,
    cast(summed.new_customer_count as bigint) as new_customer_count,
    cast(
        cast(summed.acquisition_spend_amount as double) / nullif(summed.new_customer_count, 0)
        as decimal(18, 4)
    ) as cost_per_new_customer_amount,
    case
        when summed.acquisition_spend_amount is null
            then 'no spend to win customers is delivered for the last twelve months'
        when summed.new_customer_count = 0
            then 'no customer was won through a paid channel in the last twelve months'
    end as cost_reason
from run_context
cross join summed
