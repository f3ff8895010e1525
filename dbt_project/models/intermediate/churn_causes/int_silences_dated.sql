-- One row per silence of a customer (customer_key, silence_start_date): the time after a purchase
-- occasion until the next. Of every buyer the one that still lasts, and of those that ended the ones
-- that were long enough to count as lapsed (seed lifecycle_rules).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'lapsed_after_days' then value end) as integer) as lapsed_days,
        cast(max(case when rule = 'churned_after_days' then value end) as integer) as churned_days
    from {{ ref('lifecycle_rules') }}
),

dated as (
    select
        occasions.customer_key,
        occasions.purchase_date as silence_start_date,
        occasions.is_test_customer,
        occasions.occasion_number as occasion_count,
        occasions.next_purchase_date as silence_end_date,
        cast({{ dbt.dateadd('day', 'rules.lapsed_days', 'occasions.purchase_date') }} as date)
            as lapsed_date,
        cast({{ dbt.dateadd('day', 'rules.churned_days', 'occasions.purchase_date') }} as date)
            as churned_date,
        run_context.as_of_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join rules
    cross join run_context
)

select
    customer_key,
    silence_start_date,
    is_test_customer,
    occasion_count,
    silence_end_date,
    silence_end_date is null as is_open,
    -- Lapsed is who was so at the end of some day: a purchase on that very day comes in time.
    coalesce(silence_end_date > lapsed_date, as_of_date >= lapsed_date) as is_lapsed,
    lapsed_date,
    churned_date,
    cast(
        {{ dbt.datediff(
            'silence_start_date', 'coalesce(silence_end_date, as_of_date)', 'day'
        ) }} as bigint
    ) as silence_days
from dated
where silence_end_date is null or silence_end_date > lapsed_date
