-- One row per customer with a purchase occasion: its spend by complete calendar month as sums, over
-- the last trend_months months and none before the month of the first purchase. Months without
-- spend add nothing to a sum; they are in month_count.
with
run_context as (
    select
        *,
        -- The running month is complete once the as-of date is its last day.
        cast({{ dbt.date_trunc('month', dbt.dateadd('day', 1, 'as_of_date')) }} as date)
            as month_after_date
    from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'trend_months' then value end) as trend_months
    from {{ ref('behaviour_rules') }}
),

-- Age 1 is the last complete month.
aged as (
    select
        months.customer_key,
        months.net_amount,
        {{ calendar_months_between('months.month_start_date', 'run_context.month_after_date') }}
            as age_months
    from {{ ref('int_customer_months_netted') }} as months
    cross join run_context
    where
        months.month_start_date < run_context.month_after_date
        and months.month_start_date >= months.cohort_start_date
),

summed as (
    select
        aged.customer_key,
        sum(aged.net_amount) as spend_sum,
        sum(cast(aged.net_amount as decimal(19, 4)) * aged.net_amount) as spend_square_sum,
        sum(aged.age_months * aged.net_amount) as spend_age_sum
    from aged
    cross join rules
    where aged.age_months <= rules.trend_months
    group by aged.customer_key
)

select
    purchases.customer_key,
    cast(least(
        {{ calendar_months_between(
            'purchases.first_purchase_date', 'run_context.month_after_date'
        ) }},
        rules.trend_months
    ) as bigint) as month_count,
    cast(coalesce(summed.spend_sum, 0) as decimal(38, 4)) as spend_sum,
    cast(coalesce(summed.spend_square_sum, 0) as decimal(38, 8)) as spend_square_sum,
    cast(coalesce(summed.spend_age_sum, 0) as decimal(38, 4)) as spend_age_sum
from {{ ref('int_customers_purchases_counted') }} as purchases
cross join run_context
cross join rules
left join summed on purchases.customer_key = summed.customer_key
