-- One row per period kind (month, last_365_days), period and category of goods (or all): net sales,
-- test accounts left out. The row of everything in the last 365 days is there without any.
with
run_context as (
    select cast({{ dbt.dateadd('day', -364, 'as_of_date') }} as date) as window_start_date
    from {{ source('raw', 'run_context') }}
),

lines as (
    select
        cast({{ dbt.date_trunc('month', 'purchase_date') }} as date) as month_start_date,
        purchase_date,
        coalesce(category, 'not known') as category,
        net_amount
    from {{ ref('int_goods_lines_priced') }}
    where not is_test_customer
),

sliced as (
    {% for category in ['lines.category', "'all'"] %}
    select
        'month' as period_kind,
        lines.month_start_date as period_start_date,
        {{ category }} as category,
        lines.net_amount
    from lines
    union all
    select
        'last_365_days' as period_kind,
        run_context.window_start_date as period_start_date,
        {{ category }} as category,
        lines.net_amount
    from lines
    inner join run_context on lines.purchase_date >= run_context.window_start_date
    union all
    {% endfor %}
    select
        'last_365_days' as period_kind,
        window_start_date as period_start_date,
        'all' as category,
        0 as net_amount
    from run_context
)

select
    period_kind,
    period_start_date,
    category,
    cast(sum(net_amount) as decimal(18, 4)) as own_amount
from sliced
group by period_kind, period_start_date, category
