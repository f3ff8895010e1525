-- One row per period (period_kind, period_start_date) from the first case to the as-of date: the
-- customers who could complain in it, because they bought or wrote, and the orders they placed. Test
-- customers are left out; the unknown member's orders count, the unknown member does not.
with
history as (
    select
        calendar_date,
        min(calendar_date) over () as history_start_date
    from {{ ref('int_service_days_opened') }}
),

period_days as (
    select
        kinds.period_kind,
        {{ period_start(
            'kinds.period_kind', 'history.calendar_date', 'history.history_start_date'
        ) }} as period_start_date,
        history.calendar_date
    from history
    cross join (select distinct period_kind from ({{ service_slices() }}) as slices) as kinds
),

orders as (
    select
        netted.purchase_date,
        count(*) as order_count
    from {{ ref('int_orders_netted') }} as netted
    inner join {{ ref('dim_customer') }} as customers on netted.customer_key = customers.customer_key
    where netted.is_purchase and not customers.is_test
    group by netted.purchase_date
),

seen as (
    select
        customer_key,
        purchase_date as seen_date
    from {{ ref('int_purchase_occasions') }}
    where not is_test_customer
    union
    select
        customer_key,
        created_date as seen_date
    from {{ ref('int_tickets_measured') }}
    where not is_test_customer and customer_key <> 'unknown'
),

customers as (
    select
        period_days.period_kind,
        period_days.period_start_date,
        count(distinct seen.customer_key) as customer_count
    from seen
    inner join period_days on seen.seen_date = period_days.calendar_date
    group by period_days.period_kind, period_days.period_start_date
)

select
    period_days.period_kind,
    period_days.period_start_date,
    cast(coalesce(max(customers.customer_count), 0) as bigint) as customer_count,
    cast(coalesce(sum(orders.order_count), 0) as bigint) as order_count
from period_days
left join orders on period_days.calendar_date = orders.purchase_date
left join customers
    on
        period_days.period_kind = customers.period_kind
        and period_days.period_start_date = customers.period_start_date
group by period_days.period_kind, period_days.period_start_date
