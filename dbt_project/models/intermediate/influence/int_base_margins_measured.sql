-- One row: what a purchase and a unit of money sold earn on average, over the last margin_window_days
-- of the base, testers and nobody's orders left out. Stands in where a margin of its own is not held:
-- purchases that a contribution brings (C14) and the terms of contracts (C8).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as integer) as window_days
    from {{ ref('value_rules') }}
    where rule = 'margin_window_days'
),

orders as (
    select orders.*
    from {{ ref('int_orders_netted') }} as orders
    inner join {{ ref('dim_customer') }} as customers
        on orders.customer_key = customers.customer_key
    cross join run_context
    cross join rules
    where
        not customers.is_test
        and customers.customer_kind <> 'unknown'
        and orders.purchase_date <= run_context.as_of_date
        and orders.purchase_date
        > {{ dbt.dateadd('day', '-1 * rules.window_days', 'run_context.as_of_date') }}
        and orders.gross_margin_amount is not null
),

summed as (
    select
        sum(case when is_purchase and costed_line_count > 0 then 1 else 0 end) as order_count,
        sum(costed_net_amount) as costed_net_amount,
        sum(gross_margin_amount) as gross_margin_amount
    from orders
),

divided as (
    select
        coalesce(order_count, 0) as order_count,
        cast(gross_margin_amount as double) / nullif(order_count, 0) as margin_per_order_amount,
        case
            when order_count > 0 and costed_net_amount > 0
                then cast(gross_margin_amount as double) / cast(costed_net_amount as double)
        end as margin_rate
    from summed
)

select
    run_context.as_of_date,
    cast(divided.order_count as bigint) as order_count,
    cast(divided.margin_per_order_amount as decimal(18, 4)) as margin_per_order_amount,
    cast(divided.margin_rate as decimal(18, 6)) as margin_rate,
    case
        when divided.order_count = 0 then 'no order of the margin window has a known cost'
    end as margin_reason
from run_context
cross join divided
