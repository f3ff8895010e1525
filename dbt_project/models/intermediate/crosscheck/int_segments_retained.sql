-- One row per segment (segment_kind, segment): customers who bought in the year before last, those of
-- them who bought again in the last year, and what the segment earned over the margin window. Costs
-- of customers who bought nothing count too, as in int_customers_margin_measured.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

dated as (
    select
        occasions.customer_key,
        {{ dbt.datediff('occasions.purchase_date', 'run_context.as_of_date', 'day') }} as days_ago
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join run_context
),

years as (
    select
        customer_key,
        max(case when days_ago < 365 then 1 else 0 end) as is_active,
        max(case when days_ago >= 365 and days_ago < 730 then 1 else 0 end) as is_at_risk
    from dated
    group by customer_key
),

summed as (
    select
        segments.segment_kind,
        segments.segment,
        count(*) as customer_count,
        sum(years.is_active) as active_customer_count,
        sum(years.is_at_risk) as at_risk_count,
        sum(years.is_at_risk * years.is_active) as retained_count,
        sum(sold.window_net_amount) as window_net_amount,
        sum(sold.window_costed_net_amount) as window_costed_net_amount,
        sum(sold.window_gross_margin_amount) as window_gross_margin_amount,
        sum(costs.window_cost_amount) as window_cost_amount,
        max(case when sold.has_window_costs then 1 else 0 end) as has_window_costs
    from {{ ref('int_customers_segmented') }} as segments
    inner join years on segments.customer_key = years.customer_key
    inner join {{ ref('int_customers_gross_margin_summed') }} as sold
        on segments.customer_key = sold.customer_key
    inner join {{ ref('int_customers_costed') }} as costs
        on segments.customer_key = costs.customer_key
    group by segments.segment_kind, segments.segment
)

select
    segment_kind,
    segment,
    cast(customer_count as bigint) as customer_count,
    cast(active_customer_count as bigint) as active_customer_count,
    cast(at_risk_count as bigint) as at_risk_count,
    cast(retained_count as bigint) as retained_count,
    cast(window_net_amount as decimal(18, 4)) as window_net_amount,
    cast(window_costed_net_amount as decimal(18, 4)) as window_costed_net_amount,
    cast(window_gross_margin_amount as decimal(18, 4)) as window_gross_margin_amount,
    cast(window_cost_amount as decimal(18, 4)) as window_cost_amount,
    has_window_costs = 1 as has_window_costs
from summed
