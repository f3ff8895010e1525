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
        cast(sum(case when days_ago < 365 then net_amount else 0 end) as decimal(18, 4)) as net_amount,
        cast(sum(case when days_ago between 365 and 729 then net_amount else 0 end) as decimal(18, 4))
            as before_net_amount,
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
),

-- Each customer once, whatever the number of schemes.
results as (
    select
        customers.customer_key,
        years.net_amount,
        years.before_net_amount,
        years.is_active,
        years.was_active,
        sold.window_net_amount,
        sold.window_costed_net_amount,
        sold.window_gross_margin_amount,
        sold.has_window_costs,
        costs.window_cost_amount,
        case when consented.customer_key is not null then 1 else 0 end as is_reachable
    from {{ ref('dim_customer') }} as customers
    inner join {{ ref('int_customers_gross_margin_summed') }} as sold
        on customers.customer_key = sold.customer_key
    inner join {{ ref('int_customers_costed') }} as costs
        on customers.customer_key = costs.customer_key
    left join years on customers.customer_key = years.customer_key
    left join consented on customers.customer_key = consented.customer_key
    where not customers.is_test
)

select
    held.scheme,
    held.segment,
    count(*) as customer_count,
    cast(coalesce(sum(results.net_amount), 0) as decimal(18, 4)) as net_amount,
    cast(coalesce(sum(results.before_net_amount), 0) as decimal(18, 4)) as before_net_amount,
    cast(coalesce(sum(results.was_active), 0) as bigint) as before_buyer_count,
    cast(coalesce(sum(results.was_active * results.is_active), 0) as bigint) as retained_count,
    cast(sum(results.window_net_amount) as decimal(18, 4)) as window_net_amount,
    cast(sum(results.window_costed_net_amount) as decimal(18, 4)) as window_costed_net_amount,
    cast(sum(results.window_gross_margin_amount) as decimal(18, 4)) as window_gross_margin_amount,
    cast(sum(results.window_cost_amount) as decimal(18, 4)) as window_cost_amount,
    max(case when results.has_window_costs then 1 else 0 end) = 1 as has_window_costs,
    cast(sum(results.is_reachable) as bigint) as reachable_count
from {{ ref('int_segments_held') }} as held
inner join results on held.customer_key = results.customer_key
group by held.scheme, held.segment
