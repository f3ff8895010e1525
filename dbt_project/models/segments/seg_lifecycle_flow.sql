-- One row per kind of period and period (period_kind, period_start_date): how many customers were
-- active, came, went and came back, and what all bought meanwhile. Test accounts are left out.
select
    flows.period_kind,
    flows.period_start_date,
    flows.as_of_date,
    flows.is_partial,
    flows.activity_window_days,
    flows.opening_count,
    flows.new_count,
    flows.resurrecting_count,
    flows.dormant_count,
    flows.closing_count,
    flows.buyer_count,
    flows.retained_count,
    flows.retention_rate,
    flows.churn_rate,
    kpis.order_count,
    kpis.net_amount,
    kpis.net_growth_rate,
    kpis.net_year_growth_rate,
    kpis.gross_margin_amount,
    kpis.gross_margin_reason,
    kpis.currency_code
from {{ ref('lifecycle_flow') }} as flows
left join {{ ref('kpi_daily') }} as kpis
    on flows.period_kind = kpis.period_kind and flows.period_start_date = kpis.period_start_date
