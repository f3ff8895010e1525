-- One row per customer and span of days on whose morning it was loyal: at least mature_min_occasions
-- purchase occasions before the day, the last of them within lapsed_after_days days (seed
-- lifecycle_rules: an active stage of lifecycle_state with as many). Spans of a customer do not
-- overlap. Test accounts are left out.
with
rules as (
    select
        max(case when rule = 'mature_min_occasions' then value end) as min_occasions,
        max(case when rule = 'lapsed_after_days' then value end) as lapsed_after_days
    from {{ ref('lifecycle_rules') }}
),

run_context as (
    select * from {{ source('raw', 'run_context') }}
)

select
    occasions.customer_key,
    cast({{ dbt.dateadd('day', 1, 'occasions.purchase_date') }} as date) as loyal_from_date,
    least(
        coalesce(occasions.next_purchase_date, run_context.as_of_date),
        cast(
            {{ dbt.dateadd('day', 'rules.lapsed_after_days', 'occasions.purchase_date') }} as date
        )
    ) as loyal_to_date
from {{ ref('int_purchase_occasions') }} as occasions
cross join rules
cross join run_context
where
    not occasions.is_test_customer
    and occasions.occasion_number >= rules.min_occasions
    and occasions.purchase_date < run_context.as_of_date
