-- One row per scope and purchase history (scope, x, t_x_days, t_days): sufficient statistics of the
-- purchase models, with the customers that share them. Python sees these rows, never customers.
-- Histories that nobody has today count no customer: they are scored and fitted nowhere.
with
histories as (
    select
        scoped.scope,
        cbs.x,
        cbs.t_x_days,
        cbs.t_days,
        case when scoped.is_test_customer then 0 else 1 end as customer_count
    from {{ ref('customer_cbs') }} as cbs
    inner join {{ ref('int_customers_scoped') }} as scoped on cbs.customer_key = scoped.customer_key
),

-- Those of the last closing, which the value bridge restates by today's models.
openings as (
    select
        scoped.scope,
        opened.occasion_count - 1 as x,
        {{ dbt.datediff('opened.first_purchase_date', 'opened.last_purchase_date', 'day') }}
            as t_x_days,
        {{ dbt.datediff('opened.first_purchase_date', 'opened.opening_date', 'day') }} as t_days,
        0 as customer_count
    from {{ ref('int_customers_value_opened') }} as opened
    inner join {{ ref('int_customers_scoped') }} as scoped
        on opened.customer_key = scoped.customer_key
    where opened.occasion_count > 0
),

-- That of a customer on the day of the first purchase, which newcomers are valued by.
first_days as (
    select distinct
        scope,
        0 as x,
        0 as t_x_days,
        0 as t_days,
        0 as customer_count
    from histories
),

together as (
    select * from histories
    union all
    select * from openings
    union all
    select * from first_days
)

select
    scope,
    cast(x as bigint) as x,
    cast(t_x_days as bigint) as t_x_days,
    cast(t_days as bigint) as t_days,
    cast(sum(customer_count) as bigint) as customer_count
from together
group by scope, x, t_x_days, t_days
