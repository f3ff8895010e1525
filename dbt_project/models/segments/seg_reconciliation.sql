-- One row per pair of layers that must add up (reconciliation): the figure where it comes from, the
-- figure where it is read, and the difference. Published so that a reader sees the sums themselves.
{% set reconciliations = [
    ('rows_of_extracts', 'rows', 'rows landed', 'rows accepted and quarantined'),
    ('order_lines', 'rows', 'order lines delivered',
        'order lines in the marts, waiting for their order, or of orders after the date'),
    ('gross_to_net', 'money', 'gross amount of the orders',
        'net amount and what was cancelled, returned and excluded'),
    ('net_by_customer', 'money', 'net amount of the orders', 'net amount of the customers'),
    ('net_by_day', 'money', 'net amount of the orders', 'net amount of the days'),
    ('source_records', 'records', 'customer records linked', 'customer records of the customers'),
    ('customers_by_stage', 'customers', 'customers', 'customers of the stages'),
    ('points', 'points', 'points of the ledger', 'points of the members'),
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

orders as (
    select
        sum(case when not has_no_lines then 1 else 0 end) as line_count,
        sum(net_amount) as net_amount,
        sum(gross_amount) as gross_amount,
        sum(net_amount) + sum(cancelled_amount) + sum(returned_amount) + sum(excluded_amount)
            as split_amount
    from {{ ref('fct_order_net') }}
),

lines_of_later_orders as (
    {% for source in ['sales', 'online_retail'] %}
    select count(*) as line_count
    from {{ ref('stg_' ~ source ~ '__order_lines') }} as lines
    inner join {{ ref('stg_' ~ source ~ '__orders') }} as orders on lines.order_id = orders.order_id
    cross join run_context
    where orders.ordered_at >= run_context.as_of_end_at
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

expected as (
    select
        (select sum(rows_landed) from {{ source('raw', 'extract_load') }}) as rows_of_extracts,
        (select count(*) from {{ ref('int_order_lines_unioned') }}) as order_lines,
        (select gross_amount from orders) as gross_to_net,
        (select net_amount from orders) as net_by_customer,
        (select net_amount from orders) as net_by_day,
        (select count(*) from {{ ref('bridge_customer_identity') }}) as source_records,
        (
            select count(*) from {{ ref('dim_customer') }}
            where customer_kind <> 'unknown'
        ) as customers_by_stage,
        (
            select sum(ledger.points) from {{ ref('stg_crm__loyalty_ledger') }} as ledger
            cross join run_context
            where ledger.at < run_context.as_of_end_at
        ) as points
),

observed as (
    select
        (select sum(rows_accepted + rows_quarantined) from {{ source('raw', 'extract_load') }})
            as rows_of_extracts,
        (select line_count from orders)
        + (select count(*) from {{ ref('fct_line_without_order') }})
        + (select sum(line_count) from lines_of_later_orders) as order_lines,
        (select split_amount from orders) as gross_to_net,
        (select sum(net_amount) from {{ ref('customer_value') }}) as net_by_customer,
        (
            select sum(net_amount + test_net_amount) from {{ ref('kpi_daily') }}
            where period_kind = 'day'
        ) as net_by_day,
        (select sum(source_record_count) from {{ ref('dim_customer') }}) as source_records,
        (select sum(customer_count) from {{ ref('seg_summary') }}) as customers_by_stage,
        (select sum(ledger_balance_points) from {{ ref('points_balance') }}) as points
),

compared as (
    {% for name, unit, expected_label, observed_label in reconciliations %}
    select
        '{{ name }}' as reconciliation,
        {{ loop.index }} as display_rank,
        '{{ unit }}' as unit,
        '{{ expected_label }}' as expected_label,
        cast(coalesce(expected.{{ name }}, 0) as decimal(38, 4)) as expected,
        '{{ observed_label }}' as observed_label,
        cast(coalesce(observed.{{ name }}, 0) as decimal(38, 4)) as observed
    from expected
    cross join observed
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    compared.reconciliation,
    run_context.as_of_date,
    compared.display_rank,
    compared.unit,
    compared.expected_label,
    compared.expected,
    compared.observed_label,
    compared.observed,
    cast(compared.observed - compared.expected as decimal(38, 4)) as difference,
    compared.observed = compared.expected as is_reconciled,
    case compared.unit when 'money' then run_context.currency_code end as currency_code
from compared
cross join run_context
