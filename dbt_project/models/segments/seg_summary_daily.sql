-- One row per day, from the first order to the as-of date: the headline figures of sales and of the
-- customer base. Test accounts are left out.
with
kpis as (
    select * from {{ ref('kpi_daily') }}
    where period_kind = 'day'
),

flows as (
    select * from {{ ref('lifecycle_flow') }}
    where period_kind = 'day'
)

select
    kpis.period_start_date as calendar_date,
    kpis.as_of_date,
    kpis.net_amount,
    kpis.order_count,
    kpis.buyer_count,
    kpis.new_buyer_count,
    kpis.average_order_value_amount,
    kpis.gross_margin_amount,
    kpis.gross_margin_rate,
    kpis.previous_net_amount as week_before_net_amount,
    kpis.year_before_net_amount,
    kpis.net_growth_rate as net_week_growth_rate,
    kpis.net_year_growth_rate,
    -- Sums of the last 28 days hold each weekday four times: a line without the week's ups and downs.
    cast(
        sum(kpis.net_amount) over (
            order by kpis.period_start_date rows between 27 preceding and current row
        ) as decimal(18, 4)
    ) as net_28_days_amount,
    cast(
        sum(kpis.order_count) over (
            order by kpis.period_start_date rows between 27 preceding and current row
        ) as bigint
    ) as order_28_days_count,
    -- Before the first purchase nobody is active.
    coalesce(flows.closing_count, 0) as active_customer_count,
    coalesce(flows.new_count, 0) as new_customer_count,
    coalesce(flows.resurrecting_count, 0) as resurrecting_customer_count,
    coalesce(flows.dormant_count, 0) as dormant_customer_count,
    nullif(concat_ws(
        '; ',
        'margin: ' || kpis.gross_margin_reason,
        'growth in a week: ' || kpis.growth_reason,
        'growth in a year: ' || kpis.year_growth_reason
    ), '') as missing_reason,
    kpis.currency_code
from kpis
left join flows on kpis.period_start_date = flows.period_start_date
