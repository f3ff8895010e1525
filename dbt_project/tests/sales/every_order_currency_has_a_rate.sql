-- Claim: each order has a rate into the reporting currency on its day. Fails on each currency with
-- orders that have none, with the days: deliver fx_rates for them, or set PATRON_CURRENCY.
select
    currency_code,
    min(purchase_date) as first_purchase_date,
    max(purchase_date) as last_purchase_date,
    count(*) as order_count
from {{ ref('int_orders_keyed') }}
where fx_rate is null
group by currency_code
