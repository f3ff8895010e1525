-- One row per scope and history in calendar periods (scope, x, t_x, n): sufficient statistics of the
-- model by period (BG/BB), with the customers that share them.
select
    scope,
    x,
    t_x,
    n,
    cast(sum(case when is_test_customer then 0 else 1 end) as bigint) as customer_count
from {{ ref('int_customer_opportunities_counted') }}
group by scope, x, t_x, n
