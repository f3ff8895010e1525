-- Claim: customer_cbs has the customers of int_customers_purchases_counted, with their occasions and
-- orders. Fails on each customer that differs or stands on one side only.
select
    coalesce(statistics.customer_key, counted.customer_key) as customer_key,
    counted.occasion_count as occasions_counted,
    statistics.occasion_count as occasions_in_statistics
from {{ ref('int_customers_purchases_counted') }} as counted
full outer join {{ ref('customer_cbs') }} as statistics
    on counted.customer_key = statistics.customer_key
where
    counted.customer_key is null
    or statistics.customer_key is null
    or statistics.occasion_count is distinct from counted.occasion_count
    or statistics.order_count is distinct from counted.order_count
    or statistics.last_purchase_date is distinct from counted.last_purchase_date
