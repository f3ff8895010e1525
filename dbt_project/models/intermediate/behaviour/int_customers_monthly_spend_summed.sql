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

first_purchases as (
    select
        occasions.customer_key,
        cast(least(
            {{ calendar_months_between('occasions.purchase_date', 'run_context.month_after_date') }},
            rules.trend_months
        ) as bigint) as month_count
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join run_context
    cross join rules
    where occasions.occasion_number = 1
),

-- Age 1 is the last complete month.
aged as (
    select
        customer_days.customer_key,
        {{ calendar_months_between(
            'customer_days.purchase_date', 'run_context.month_after_date'
        ) }} as age_months,
        customer_days.net_amount
    from {{ ref('int_customer_days_netted') }} as customer_days
    cross join run_context
    where customer_days.purchase_date < run_context.month_after_date
),

months as (
    select
        customer_key,
        age_months,
        cast(sum(net_amount) as decimal(18, 4)) as net_amount
    from aged
    group by customer_key, age_months
),

summed as (
    select
        months.customer_key,
        sum(months.net_amount) as spend_sum,
        sum(cast(months.net_amount as decimal(19, 4)) * months.net_amount) as spend_square_sum,
        sum(months.age_months * months.net_amount) as spend_age_sum
    from months
    inner join first_purchases
        on
            months.customer_key = first_purchases.customer_key
            and months.age_months <= first_purchases.month_count
    group by months.customer_key
)

select
    first_purchases.customer_key,
    first_purchases.month_count,
    cast(coalesce(summed.spend_sum, 0) as decimal(38, 4)) as spend_sum,
    cast(coalesce(summed.spend_square_sum, 0) as decimal(38, 8)) as spend_square_sum,
    cast(coalesce(summed.spend_age_sum, 0) as decimal(38, 4)) as spend_age_sum
from first_purchases
left join summed on first_purchases.customer_key = summed.customer_key
