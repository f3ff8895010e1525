-- One row per customer with a purchase occasion and calendar month in which it has orders or return
-- adjustments (customer_key, month_start_date): their sums, whatever the as-of date.
with
orders as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'purchase_date') }} as date) as month_start_date
    from {{ ref('int_orders_netted') }}
),

summed as (
    select
        customer_key,
        month_start_date,
        sum(case when is_purchase then 1 else 0 end) as order_count,
        sum(case when is_valid_order then net_amount else 0 end) as net_amount,
        sum(gross_margin_amount) as gross_margin_amount,
        sum(uncosted_line_count) as uncosted_line_count,
        sum(costed_line_count) as costed_line_count
    from orders
    group by customer_key, month_start_date
)

select
    summed.customer_key,
    summed.month_start_date,
    cast({{ dbt.date_trunc('month', 'purchases.first_purchase_date') }} as date)
        as cohort_start_date,
    purchases.is_test_customer,
    cast(summed.order_count as bigint) as order_count,
    cast(summed.net_amount as decimal(18, 4)) as net_amount,
    cast(coalesce(summed.gross_margin_amount, 0) as decimal(18, 4)) as gross_margin_amount,
    cast(summed.uncosted_line_count as bigint) as uncosted_line_count,
    cast(summed.costed_line_count as bigint) as costed_line_count
from summed
inner join {{ ref('int_customers_purchases_counted') }} as purchases
    on summed.customer_key = purchases.customer_key
