-- One row per customer of dim_customer, the unknown member included (customer_key): what was sold,
-- cancelled, returned and excluded to date, and net sales of the running fiscal period.
with
summed as (
    select
        netted.customer_key,
        sum(netted.gross_amount) as gross_amount,
        sum(netted.cancelled_amount) as cancelled_amount,
        sum(netted.returned_amount) as returned_amount,
        sum(netted.excluded_amount) as excluded_amount,
        sum(
            case when netted.purchase_date >= period.start_date then netted.net_amount else 0 end
        ) as fiscal_period_net_amount
    from {{ ref('int_orders_netted') }} as netted
    cross join {{ ref('int_fiscal_period_dated') }} as period
    group by netted.customer_key
)

-- A customer without orders has brought nothing: that zero is known, not missing.
select
    customers.customer_key,
    cast(coalesce(summed.gross_amount, 0) as decimal(18, 4)) as gross_amount,
    cast(coalesce(summed.cancelled_amount, 0) as decimal(18, 4)) as cancelled_amount,
    cast(coalesce(summed.returned_amount, 0) as decimal(18, 4)) as returned_amount,
    cast(coalesce(summed.excluded_amount, 0) as decimal(18, 4)) as excluded_amount,
    cast(coalesce(summed.fiscal_period_net_amount, 0) as decimal(18, 4)) as fiscal_period_net_amount
from {{ ref('dim_customer') }} as customers
left join summed on customers.customer_key = summed.customer_key
