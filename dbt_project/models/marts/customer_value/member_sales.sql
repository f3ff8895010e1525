-- One row per business day with an order (sales_date): net sales, the mean order and what members
-- bought. Net is that of the day's orders, later returns taken off. Sales of test accounts stay in
-- the sum that ties to fct_order_net and out of every other figure.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

delivered as (
    select
        (select count(*) from {{ ref('stg_crm__loyalty_members') }}) > 0
        or (
            select count(*) from {{ ref('int_orders_membership_marked') }}
            where is_carded
        ) > 0 as has_members
),

orders as (
    select
        netted.purchase_date,
        netted.net_amount,
        netted.is_purchase and not customers.is_test as is_order,
        customers.is_test,
        marked.is_carded and not customers.is_test as is_carded,
        marked.is_member and not customers.is_test as is_member
    from {{ ref('int_orders_netted') }} as netted
    inner join {{ ref('int_orders_membership_marked') }} as marked
        on netted.order_key = marked.order_key
    inner join {{ ref('dim_customer') }} as customers
        on netted.customer_key = customers.customer_key
),

days as (
    select
        purchase_date as sales_date,
        sum(net_amount) as net_amount,
        sum(case when is_test then net_amount else 0 end) as test_net_amount,
        sum(case when is_member then net_amount else 0 end) as member_net_amount,
        sum(case when is_carded then net_amount else 0 end) as carded_net_amount,
        sum(case when is_order then 1 else 0 end) as order_count,
        sum(case when is_order and is_member then 1 else 0 end) as member_order_count
    from orders
    group by purchase_date
)

select
    days.sales_date,
    cast(days.net_amount as decimal(18, 4)) as net_amount,
    cast(days.test_net_amount as decimal(18, 4)) as test_net_amount,
    cast(case when delivered.has_members then days.member_net_amount end as decimal(18, 4))
        as member_net_amount,
    cast(case when delivered.has_members then days.carded_net_amount end as decimal(18, 4))
        as carded_net_amount,
    case
        when delivered.has_members and days.net_amount - days.test_net_amount > 0
            then
                cast(days.member_net_amount as double)
                / cast(days.net_amount - days.test_net_amount as double)
    end as member_sales_rate,
    case
        when not delivered.has_members then 'no memberships delivered'
        when days.net_amount - days.test_net_amount <= 0 then 'no positive net sales'
    end as member_sales_reason,
    cast(days.order_count as bigint) as order_count,
    cast(case when delivered.has_members then days.member_order_count end as bigint)
        as member_order_count,
    cast(
        cast(days.net_amount - days.test_net_amount as double) / nullif(days.order_count, 0)
        as decimal(18, 4)
    ) as average_order_value_amount,
    run_context.currency_code
from days
cross join delivered
cross join run_context
