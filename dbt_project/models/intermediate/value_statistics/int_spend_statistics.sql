-- One row per scope, number of positive repeat days and their mean amount: sufficient statistics of
-- the spend model (Gamma-Gamma), with the customers that share them. Customers without a positive
-- repeat day are the row of 0 days: the fit leaves them out.
select
    scoped.scope,
    cbs.positive_repeat_day_count,
    cast(coalesce(cbs.z_bar_amount, 0) as decimal(18, 4)) as z_bar_amount,
    cast(count(*) as bigint) as customer_count
from {{ ref('customer_cbs') }} as cbs
inner join {{ ref('int_customers_scoped') }} as scoped on cbs.customer_key = scoped.customer_key
where not scoped.is_test_customer
group by scoped.scope, cbs.positive_repeat_day_count, coalesce(cbs.z_bar_amount, 0)
