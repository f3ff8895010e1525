-- Claim: days, weeks and months each hold every order's net amount once, test accounts apart. A failing row is a
-- kind of period whose sum differs.
with
kpis as (
    select
        period_kind,
        sum(net_amount + test_net_amount) as net_amount
    from {{ ref('kpi_daily') }}
    group by period_kind
),

orders as (
    select sum(net_amount) as net_amount from {{ ref('fct_order_net') }}
)

select
    kpis.period_kind,
    kpis.net_amount,
    orders.net_amount as order_net_amount
from kpis
cross join orders
where kpis.net_amount <> orders.net_amount
