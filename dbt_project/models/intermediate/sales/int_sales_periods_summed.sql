-- One row per period kind (day, week from Monday, calendar month) and period, from the first order or
-- purchase to the as-of date, periods without any included: sales, orders, buyers and margin. Test
-- accounts are in test_net_amount alone.
with
orders as (
    select
        netted.*,
        customers.is_test
    from {{ ref('int_orders_netted') }} as netted
    inner join {{ ref('dim_customer') }} as customers
        on netted.customer_key = customers.customer_key
),

-- Margin is null where the cost of no goods of the day is known.
days as (
    select
        purchase_date,
        sum(case when is_test then net_amount else 0 end) as test_net_amount,
        sum(case when is_test then 0 else net_amount end) as net_amount,
        sum(case when is_purchase and not is_test then 1 else 0 end) as order_count,
        sum(case when not is_test then gross_margin_amount end) as gross_margin_amount,
        sum(case when is_test then 0 else costed_net_amount end) as costed_net_amount,
        sum(case when is_test then 0 else costed_line_count end) as costed_line_count
    from orders
    group by purchase_date
),

-- Credit notes and orders that are no purchases may come before the first purchase.
bounds as (
    select
        (select min(purchase_date) from days) as first_date,
        coalesce(
            (select min(calendar_date) from {{ ref('int_periods_spanned') }}),
            (select max({{ dbt.dateadd('day', 1, 'purchase_date') }}) from days)
        ) as first_spanned_date
),

days_before as (
    select
        cast({{ dbt.dateadd(
            'day', 'cast(numbers.generated_number as integer) - 1', 'bounds.first_date'
        ) }} as date) as calendar_date
    from ({{ dbt.generate_series(16384) }}) as numbers
    cross join bounds
    where numbers.generated_number
        <= {{ dbt.datediff('bounds.first_date', 'bounds.first_spanned_date', 'day') }}
),

calendar as (
    select
        period_kind,
        period_start_date,
        calendar_date
    from {{ ref('int_periods_spanned') }}
    {% for kind in ['day', 'week', 'month'] %}
    union all
    select
        '{{ kind }}' as period_kind,
        {{ period_start("'" ~ kind ~ "'", 'calendar_date', 'calendar_date') }} as period_start_date,
        calendar_date
    from days_before
    {% endfor %}
),

-- A customer who buys on several days of a period is one buyer.
buyers as (
    select
        calendar.period_kind,
        calendar.period_start_date,
        count(distinct occasions.customer_key) as buyer_count,
        sum(case when occasions.occasion_number = 1 then 1 else 0 end) as new_buyer_count
    from {{ ref('int_purchase_occasions') }} as occasions
    inner join calendar on occasions.purchase_date = calendar.calendar_date
    where not occasions.is_test_customer
    group by calendar.period_kind, calendar.period_start_date
),

summed as (
    select
        calendar.period_kind,
        calendar.period_start_date,
        {% for column in ['test_net_amount', 'net_amount', 'order_count', 'costed_net_amount',
            'costed_line_count'] %}
        coalesce(sum(days.{{ column }}), 0) as {{ column }},
        {% endfor %}
        sum(days.gross_margin_amount) as gross_margin_amount
    from calendar
    left join days on calendar.calendar_date = days.purchase_date
    group by calendar.period_kind, calendar.period_start_date
)

select
    summed.period_kind,
    summed.period_start_date,
    cast(summed.net_amount as decimal(18, 4)) as net_amount,
    cast(summed.test_net_amount as decimal(18, 4)) as test_net_amount,
    cast(summed.order_count as bigint) as order_count,
    cast(coalesce(buyers.buyer_count, 0) as bigint) as buyer_count,
    cast(coalesce(buyers.new_buyer_count, 0) as bigint) as new_buyer_count,
    cast(
        case when summed.costed_line_count > 0 then summed.gross_margin_amount end as decimal(18, 4)
    ) as gross_margin_amount,
    cast(summed.costed_net_amount as decimal(18, 4)) as costed_net_amount
from summed
left join buyers
    on
        summed.period_kind = buyers.period_kind
        and summed.period_start_date = buyers.period_start_date
