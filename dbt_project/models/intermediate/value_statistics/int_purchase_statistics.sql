-- One row per scope and purchase history (scope, x, t_x_days, t_days): sufficient statistics of the
-- purchase models, with the customers that share them. Python sees these rows, never customers.
select
    scoped.scope,
    cbs.x,
    cbs.t_x_days,
    cbs.t_days,
    cast(sum(case when scoped.is_test_customer then 0 else 1 end) as bigint) as customer_count
from {{ ref('customer_cbs') }} as cbs
inner join {{ ref('int_customers_scoped') }} as scoped on cbs.customer_key = scoped.customer_key
group by scoped.scope, cbs.x, cbs.t_x_days, cbs.t_days
