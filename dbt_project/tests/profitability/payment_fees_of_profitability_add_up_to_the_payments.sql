-- Claim: the payment fees of all customers, the unknown member included, are the fees of the
-- payments of known orders, at the rate of the order, exactly. Fails with both sums.
with
payments as (
    select
        coalesce(sum({{ in_reporting_currency('payments.fee', 'orders.fx_rate') }}), 0) as fee_amount
    from {{ ref('stg_sales__payments') }} as payments
    inner join {{ ref('int_orders_keyed') }} as orders
        on
            payments.order_id = orders.order_id
            and orders.delivered_by = 'sales'
),

profits as (
    select coalesce(sum(payment_fee_amount), 0) as fee_amount
    from {{ ref('customer_profitability') }}
)

select
    payments.fee_amount as of_payments,
    profits.fee_amount as of_customers
from payments
cross join profits
where payments.fee_amount <> profits.fee_amount
