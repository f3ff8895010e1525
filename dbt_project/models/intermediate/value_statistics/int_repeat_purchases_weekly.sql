-- One row per scope and week since the scope's first purchase with repeat purchases in it. Week 1 is
-- the seven days after the first day, so that week n ends 7 n days after it (t = n weeks).
with
occasions as (
    select
        scoped.scope,
        occasions.purchase_date,
        occasions.occasion_number
    from {{ ref('int_purchase_occasions') }} as occasions
    inner join {{ ref('int_customers_scoped') }} as scoped
        on occasions.customer_key = scoped.customer_key
    where not scoped.is_test_customer
),

scopes as (
    select
        scope,
        min(purchase_date) as first_date
    from occasions
    group by scope
),

numbered as (
    select
        occasions.scope,
        ceiling(
            cast({{ dbt.datediff('scopes.first_date', 'occasions.purchase_date', 'day') }} as double)
            / 7
        ) as week_number
    from occasions
    inner join scopes on occasions.scope = scopes.scope
    where occasions.occasion_number > 1
)

select
    scope,
    cast(week_number as bigint) as week_number,
    cast(count(*) as bigint) as repeat_purchase_count
from numbered
group by scope, week_number
