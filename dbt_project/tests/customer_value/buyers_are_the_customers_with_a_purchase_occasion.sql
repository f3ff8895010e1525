-- Claim: int_customers_purchases_counted has the customers with a purchase occasion, and counts their
-- occasions and orders. Fails on each customer that differs; occasions and orders are counted from the
-- order lines anew. That customer_cbs has the same customers is a claim of its own, as what is kept
-- can then be judged for the customers alone to whom something happened.
with
orders as (
    select
        customer_key,
        order_key,
        min(purchase_date) as purchase_date,
        sum(net_amount) as net_amount,
        max(case when is_product_line and not is_credit_note then 1 else 0 end) as is_purchase
    from {{ ref('fct_order_net') }}
    where is_valid_order and customer_key <> 'unknown'
    group by customer_key, order_key
),

customer_days as (
    select
        customer_key,
        purchase_date,
        sum(is_purchase) as order_count,
        sum(net_amount) as net_amount
    from orders
    group by customer_key, purchase_date
),

counted as (
    select
        customer_key,
        sum(order_count) as order_count,
        sum(case when order_count > 0 and net_amount >= 0 then 1 else 0 end) as occasion_count,
        max(case when order_count > 0 and net_amount >= 0 then purchase_date end)
            as last_purchase_date
    from customer_days
    group by customer_key
)

select
    coalesce(statistics.customer_key, counted.customer_key) as customer_key,
    counted.occasion_count as occasions_in_order_lines,
    statistics.occasion_count as occasions_in_statistics
from counted
full outer join {{ ref('int_customers_purchases_counted') }} as statistics
    on counted.customer_key = statistics.customer_key
where
    (counted.occasion_count > 0 and statistics.customer_key is null)
    or (statistics.customer_key is not null and coalesce(counted.occasion_count, 0) = 0)
    or statistics.occasion_count <> counted.occasion_count
    or statistics.order_count <> counted.order_count
    or statistics.last_purchase_date <> counted.last_purchase_date
