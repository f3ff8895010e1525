-- One row per revenue window and customer with an order in it, the unknown member and test accounts
-- included: its net amount, and its place among the customers that revenue depends on.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'concentration_window_days' then value end) as window_days
    from {{ ref('behaviour_rules') }}
),

windows as (
    select 'all_history' as revenue_window
    union all
    select 'recent' as revenue_window
),

summed as (
    select
        windows.revenue_window,
        orders.customer_key,
        cast(sum(orders.net_amount) as decimal(18, 4)) as net_amount
    from {{ ref('int_orders_netted') }} as orders
    cross join run_context
    cross join rules
    cross join windows
    where
        windows.revenue_window = 'all_history'
        or {{ dbt.datediff('orders.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.window_days
    group by windows.revenue_window, orders.customer_key
),

classified as (
    select
        summed.*,
        case
            when customers.customer_kind = 'unknown' or customers.is_test then 'left_out'
            when summed.net_amount > 0 then 'counted'
            else 'not_positive'
        end as revenue_class
    from summed
    inner join {{ ref('dim_customer') }} as customers
        on summed.customer_key = customers.customer_key
)

select
    revenue_window,
    customer_key,
    net_amount,
    revenue_class,
    case when revenue_class = 'counted' then row_number() over (
                partition by revenue_window, revenue_class order by net_amount desc, customer_key asc
            )
    end as place,
    case when revenue_class = 'counted' then cast(sum(net_amount) over (
                partition by revenue_window, revenue_class order by net_amount desc, customer_key asc
                rows between unbounded preceding and current row
            ) as decimal(38, 4))
    end as running_amount
from classified
