-- One row per origin and customer who had bought by then (origin_number, customer_key): purchases until
-- the origin, and whether one follows within the horizon. Of the as-of date every customer; of origins
-- before it a sample by the hash of the customer, the same at every origin, without test accounts.
with
rules as (
    select max(case when rule = 'sample_customers' then value end) as sample_customers
    from {{ ref('risk_rules') }}
),

lifecycle as (
    select max(case when rule = 'churned_after_days' then value end) as churned_after_days
    from {{ ref('lifecycle_rules') }}
),

occasions as (
    select * from {{ ref('int_purchase_occasions') }}
),

-- The hash orders customers by chance, but on every day and engine alike.
ranked as (
    select
        customer_key,
        row_number() over (order by md5(customer_key), customer_key) as hash_rank
    from occasions
    where occasion_number = 1 and not is_test_customer
),

sampled as (
    select occasions.*
    from occasions
    inner join ranked on occasions.customer_key = ranked.customer_key
    cross join rules
    where ranked.hash_rank <= rules.sample_customers
),

-- day_number: 0 on the origin, positive after it.
dated as (
    select
        origins.origin_number,
        origins.origin_date,
        origins.horizon_days,
        occasions.customer_key,
        occasions.is_test_customer,
        {{ dbt.datediff('occasions.first_purchase_date', 'origins.origin_date', 'day') }} as t_days,
        {{ dbt.datediff('origins.origin_date', 'occasions.purchase_date', 'day') }} as day_number
    from occasions
    inner join {{ ref('int_churn_origins_dated') }} as origins on origins.origin_number = 0
    union all
    select
        origins.origin_number,
        origins.origin_date,
        origins.horizon_days,
        sampled.customer_key,
        sampled.is_test_customer,
        {{ dbt.datediff('sampled.first_purchase_date', 'origins.origin_date', 'day') }} as t_days,
        {{ dbt.datediff('origins.origin_date', 'sampled.purchase_date', 'day') }} as day_number
    from sampled
    inner join {{ ref('int_churn_origins_dated') }} as origins
        on sampled.first_purchase_date <= origins.origin_date
    where origins.origin_number > 0
),

counted as (
    select
        origin_number,
        origin_date,
        customer_key,
        is_test_customer,
        t_days,
        -1 * max(case when day_number <= 0 then day_number end) as days_since_last_order,
        sum(case when day_number <= 0 then 1 else 0 end) as purchase_count,
        sum(case when day_number between -89 and 0 then 1 else 0 end) as purchase_count_90d,
        sum(case when day_number between -364 and 0 then 1 else 0 end) as purchase_count_365d,
        sum(case when day_number between -364 and horizon_days - 365 then 1 else 0 end)
            as season_purchase_count,
        sum(case when day_number between 1 and horizon_days then 1 else 0 end)
            as following_purchase_count
    from dated
    group by origin_number, origin_date, customer_key, is_test_customer, t_days
)

select
    counted.origin_number,
    counted.origin_date,
    counted.customer_key,
    counted.is_test_customer,
    cast(counted.purchase_count - 1 as bigint) as x,
    cast(counted.t_days - counted.days_since_last_order as bigint) as t_x_days,
    cast(counted.t_days as bigint) as t_days,
    cast(counted.days_since_last_order as bigint) as days_since_last_order,
    cast(counted.purchase_count as bigint) as purchase_count,
    cast(counted.purchase_count_90d as bigint) as purchase_count_90d,
    cast(counted.purchase_count_365d as bigint) as purchase_count_365d,
    case when counted.t_days >= 365 then cast(counted.season_purchase_count as bigint) end
        as season_purchase_count,
    counted.days_since_last_order < lifecycle.churned_after_days as is_active,
    case when counted.origin_number > 0 then counted.following_purchase_count = 0 end as is_silent
from counted
cross join lifecycle
