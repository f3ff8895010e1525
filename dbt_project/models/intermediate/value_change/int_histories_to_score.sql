-- One row per scope and purchase history (scope, x, t_x_days, t_days) that needs a score: those of
-- today, those at the opening of the value bridge, and that of a customer on the first day.
with
histories as (
    select
        scope,
        x,
        t_x_days,
        t_days
    from {{ ref('int_purchase_statistics') }}
),

openings as (
    select
        scoped.scope,
        opened.occasion_count - 1 as x,
        cast({{ dbt.datediff('opened.first_purchase_date', 'opened.last_purchase_date', 'day') }} as bigint)
            as t_x_days,
        cast({{ dbt.datediff('opened.first_purchase_date', 'opened.opening_date', 'day') }} as bigint)
            as t_days
    from {{ ref('int_customers_value_opened') }} as opened
    inner join {{ ref('int_customers_scoped') }} as scoped
        on opened.customer_key = scoped.customer_key
    where opened.occasion_count > 0
)

select distinct * from histories
union
select distinct * from openings
union
select
    scope,
    cast(0 as bigint) as x,
    cast(0 as bigint) as t_x_days,
    cast(0 as bigint) as t_days
from histories
