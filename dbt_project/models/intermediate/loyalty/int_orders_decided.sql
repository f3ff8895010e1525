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

decided as (
    select
        sessions.order_key,
        min(events.happened_at) as started_at,
        min(case when events.kind = 'cart' then events.happened_at end) as carted_at,
        min(case when events.kind = 'checkout' then events.happened_at end) as checked_out_at,
        sum(case when events.kind = 'product' then 1 else 0 end) as product_page_count,
        count(distinct case when events.kind = 'product' then events.product_id end) as product_count
    from sessions
    left join events
        on
            sessions.session_id = events.session_id
            and sessions.ordered_at >= events.happened_at
            and (
                sessions.previous_ordered_at is null
                or sessions.previous_ordered_at < events.happened_at
            )
    group by sessions.order_key
)

select
    purchases.order_key,
    purchases.customer_key,
    purchases.is_test_customer,
    purchases.purchase_date,
    purchases.category,
    decided.order_key is not null as has_session,
    decided.started_at is not null as has_known_events,
    cast(
        {{ dbt.datediff(
            'decided.started_at', 'coalesce(decided.carted_at, decided.checked_out_at)', 'second'
        ) }} as bigint
    ) as decision_seconds,
    cast(decided.product_page_count as bigint) as product_page_count,
    cast(decided.product_count as bigint) as product_count
from purchases
left join decided on purchases.order_key = decided.order_key
where purchases.place = 1
