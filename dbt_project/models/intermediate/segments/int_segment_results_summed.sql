-- One row per scheme and held segment (scheme, segment): its customers, what they bought in the last 365
-- days and in the 365 before, who of them bought in both, what they earned over the margin window and
-- who may be addressed for marketing. Test accounts are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

days as (
    select
        days.customer_key,
        days.net_amount,
        days.is_occasion,
        {{ dbt.datediff('days.purchase_date', 'run_context.as_of_date', 'day') }} as days_ago
    from {{ ref('int_customer_days_netted') }} as days
    cross join run_context
),

years as (
    select
        customer_key,
        sum(case when days_ago < 365 then net_amount else 0 end) as net_amount,
        sum(case when days_ago between 365 and 729 then net_amount else 0 end) as before_net_amount,
        max(case when days_ago < 365 and is_occasion then 1 else 0 end) as is_active,
        max(case when days_ago between 365 and 729 and is_occasion then 1 else 0 end)
            as was_active
    from days
    group by customer_key
),

consented as (
    select distinct customer_key
    from {{ ref('consent_state') }}
    where purpose = 'marketing' and is_granted
)

select
    held.scheme,
    held.segment,
    count(*) as customer_count,
    cast(coalesce(sum(years.net_amount), 0) as decimal(18, 4)) as net_amount,
    cast(coalesce(sum(years.before_net_amount), 0) as decimal(18, 4)) as before_net_amount,
    cast(coalesce(sum(years.was_active), 0) as bigint) as before_buyer_count,
    cast(coalesce(sum(years.was_active * years.is_active), 0) as bigint) as retained_count,
    cast(sum(sold.window_net_amount) as decimal(18, 4)) as window_net_amount,
    cast(sum(sold.window_costed_net_amount) as decimal(18, 4)) as window_costed_net_amount,
    cast(sum(sold.window_gross_margin_amount) as decimal(18, 4)) as window_gross_margin_amount,
    cast(sum(costs.window_cost_amount) as decimal(18, 4)) as window_cost_amount,
    max(case when sold.has_window_costs then 1 else 0 end) = 1 as has_window_costs,
    count(consented.customer_key) as reachable_count
from {{ ref('int_segments_held') }} as held
inner join {{ ref('dim_customer') }} as customers on held.customer_key = customers.customer_key
inner join {{ ref('int_customers_gross_margin_summed') }} as sold
    on held.customer_key = sold.customer_key
inner join {{ ref('int_customers_costed') }} as costs on held.customer_key = costs.customer_key
left join years on held.customer_key = years.customer_key
left join consented on held.customer_key = consented.customer_key
where not customers.is_test
group by held.scheme, held.segment
