-- One row per customer with a purchase occasion (customer_key), test accounts included: what the
-- statistical segments tell customers apart by, with the history that the purchase model scores.
with
bought as (
    select
        customer_key,
        sum(net_amount) as net_amount
    from {{ ref('int_customer_days_netted') }}
    group by customer_key
)

select
    histories.customer_key,
    scopes.is_test_customer,
    scopes.scope,
    histories.x,
    histories.t_x_days,
    histories.t_days,
    histories.days_since_last_order,
    histories.occasion_count,
    cast(bought.net_amount as decimal(18, 4)) as net_amount
from {{ ref('customer_cbs') }} as histories
inner join {{ ref('int_customers_scoped') }} as scopes
    on histories.customer_key = scopes.customer_key
inner join bought on histories.customer_key = bought.customer_key
