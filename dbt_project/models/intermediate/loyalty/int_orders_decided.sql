-- One row per order of a customer in the window: its main category, and, where its web session is
-- known, when the visit began, when something first went into the cart and the product pages before
-- the order. Of two orders in one session the second begins where the first ended. Installing the app
-- and writing reviews is not choosing.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'loyalty_window_days' then value end) as window_days
    from {{ ref('loyalty_rules') }}
),

-- The main category is the one that took most of the money.
purchases as (
    select
        priced.order_key,
        priced.customer_key,
        priced.is_test_customer,
        priced.purchase_date,
        coalesce(priced.category, 'unknown') as category,
        row_number() over (
            partition by priced.order_key
            order by sum(priced.net_amount) desc, coalesce(priced.category, 'unknown') asc
        ) as place
    from {{ ref('int_goods_lines_priced') }} as priced
    cross join run_context
    cross join rules
    where
        not priced.is_unknown_customer
        and not priced.is_credit_note
        and priced.quantity > 0
        and {{ dbt.datediff('priced.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.window_days
    group by
        priced.order_key,
        priced.customer_key,
        priced.is_test_customer,
        priced.purchase_date,
        coalesce(priced.category, 'unknown')
),

sessions as (
    select
        {{ surrogate_key(['source_system', 'order_id']) }} as order_key,
        session_id,
        ordered_at,
        lag(ordered_at) over (partition by session_id order by ordered_at, source_system, order_id)
            as previous_ordered_at
    from {{ ref('stg_sales__orders') }}
    where session_id is not null
),

events as (
    select
        session_id,
        kind,
        product_id,
        {{ adapter.quote('at') }} as happened_at
    from {{ ref('stg_sales__web_events') }}
    where kind in ('view', 'search', 'product', 'cart', 'checkout')
),

-- The times are compared after the join: a join by session and by time is made by time, at a hundred
-- times the cost.
paired as (
    select
        sessions.order_key,
        sessions.ordered_at,
        sessions.previous_ordered_at,
        events.*
    from sessions
    inner join events on sessions.session_id = events.session_id
),

decided as (
    select
        order_key,
        min(happened_at) as started_at,
        min(case when kind = 'cart' then happened_at end) as carted_at,
        min(case when kind = 'checkout' then happened_at end) as checked_out_at,
        sum(case when kind = 'product' then 1 else 0 end) as product_page_count,
        count(distinct case when kind = 'product' then product_id end) as product_count
    from paired
    where
        happened_at <= ordered_at
        and (previous_ordered_at is null or happened_at > previous_ordered_at)
    group by order_key
)

select
    purchases.order_key,
    purchases.customer_key,
    purchases.is_test_customer,
    purchases.purchase_date,
    purchases.category,
    sessions.order_key is not null as has_session,
    decided.order_key is not null as has_known_events,
    cast(
        {{ dbt.datediff(
            'decided.started_at', 'coalesce(decided.carted_at, decided.checked_out_at)', 'second'
        ) }} as bigint
    ) as decision_seconds,
    cast(
        case when sessions.order_key is not null then coalesce(decided.product_page_count, 0) end
        as bigint
    ) as product_page_count,
    cast(
        case when sessions.order_key is not null then coalesce(decided.product_count, 0) end
        as bigint
    ) as product_count
from purchases
left join sessions on purchases.order_key = sessions.order_key
left join decided on purchases.order_key = decided.order_key
where purchases.place = 1
