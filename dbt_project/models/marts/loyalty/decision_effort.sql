-- One row per order of a customer in the window: how long it took to choose (D7), from the begin of the
-- web session to the first thing in the cart, against the median of the order's main category and that
-- of the customer's own orders. Shorter is more loyal. Null with a reason where no session is known.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'effort_max_minutes' then value end) as max_minutes,
        max(case when rule = 'effort_min_orders' then value end) as min_orders
    from {{ ref('loyalty_rules') }}
),

delivered as (
    select count(*) > 0 as has_events
    from {{ ref('stg_sales__web_events') }}
),

measured as (
    select
        orders.*,
        case
            when orders.decision_seconds <= 60 * rules.max_minutes
                then cast(orders.decision_seconds as double) / 60
        end as decision_minutes,
        rules.min_orders
    from {{ ref('int_orders_decided') }} as orders
    cross join rules
),

-- Of each category, and of all together where a category has too few orders.
medians as (
    select
        category,
        count(*) as order_count,
        median(decision_seconds) / 60 as median_minutes
    from measured
    where decision_minutes is not null and not is_test_customer
    group by category
),

everything as (
    select
        count(*) as order_count,
        median(decision_seconds) / 60 as median_minutes
    from measured
    where decision_minutes is not null and not is_test_customer
),

customers as (
    select
        customer_key,
        count(*) as order_count,
        median(decision_seconds) / 60 as median_minutes
    from measured
    where decision_minutes is not null
    group by customer_key
),

compared as (
    select
        measured.*,
        case when customers.order_count >= measured.min_orders then customers.median_minutes end
            as own_median_minutes,
        case
            when own.order_count >= measured.min_orders then 'category'
            when everything.order_count >= measured.min_orders then 'all categories'
        end as reference_kind,
        case
            when own.order_count >= measured.min_orders then own.median_minutes
            when everything.order_count >= measured.min_orders then everything.median_minutes
        end as reference_minutes
    from measured
    left join medians as own on measured.category = own.category
    cross join everything
    left join customers on measured.customer_key = customers.customer_key
)

select
    compared.order_key,
    run_context.as_of_date,
    compared.customer_key,
    compared.purchase_date,
    compared.category,
    compared.decision_minutes,
    case
        when not delivered.has_events then 'no web events are delivered'
        when not compared.has_session then 'the order names no web session'
        when not compared.has_known_events then 'no page of the session is known'
        when compared.decision_seconds is null then 'nothing was put into a cart'
        when compared.decision_minutes is null then 'the session is longer than a visit'
    end as decision_reason,
    case when compared.has_known_events then compared.product_page_count end
        as product_page_count,
    case when compared.has_known_events then compared.product_count end as product_count,
    compared.reference_kind,
    compared.reference_minutes,
    compared.decision_minutes / nullif(compared.reference_minutes, 0) as relative_effort_ratio,
    case
        when compared.decision_minutes is null then 'the order has no decision time'
        when compared.reference_kind is null then 'too few orders to compare with'
        when compared.reference_minutes = 0 then 'half of the orders took no time'
    end as relative_effort_reason,
    compared.own_median_minutes,
    compared.decision_minutes / nullif(compared.own_median_minutes, 0) as own_effort_ratio,
    case
        when compared.decision_minutes is null then 'the order has no decision time'
        when compared.own_median_minutes is null then 'too few orders of the customer'
        when compared.own_median_minutes = 0 then 'half of the orders took no time'
    end as own_effort_reason
from compared
cross join run_context
cross join delivered
