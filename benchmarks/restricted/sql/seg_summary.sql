-- One row per lifecycle stage, RFM group, customer kind and test flag, at the as-of date. The row
-- of the unknown member counts no customer and carries its amounts, so that totals tie.
with
customers as (
    select * from segments.seg_customer
),

summed as (
    select
        as_of_date,
        lifecycle_stage,
        rfm_group,
        customer_kind,
        is_test,
        sum(case when customer_kind <> 'unknown' then 1 else 0 end) as customer_count,
        sum(occasion_count) as occasion_count,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount,
        sum(gross_margin_amount) as gross_margin_amount,
        min(currency_code) as currency_code
    from customers
    group by as_of_date, lifecycle_stage, rfm_group, customer_kind, is_test
),

totals as (
    select
        sum(customer_count) as customer_count,
        sum(net_amount) as net_amount
    from summed
)

select
    summed.as_of_date,
    summed.lifecycle_stage,
    summed.rfm_group,
    summed.customer_kind,
    summed.is_test,
    cast(summed.customer_count as bigint) as customer_count,
    cast(summed.customer_count as double) / nullif(totals.customer_count, 0) as customer_share_rate,
    cast(summed.occasion_count as bigint) as occasion_count,
    cast(summed.order_count as bigint) as order_count,
    cast(summed.net_amount as decimal(18, 4)) as net_amount,
    cast(summed.net_amount as double) / nullif(cast(totals.net_amount as double), 0)
        as net_share_rate,
    cast(summed.gross_margin_amount as decimal(18, 4)) as gross_margin_amount,
    summed.currency_code
from summed
cross join totals
