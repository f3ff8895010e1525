-- One row per customer with a purchase occasion, at the as-of date: how many categories it has bought
-- from, and whether its later orders stand at a higher price tier than its first.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

categories as (
    select
        customer_key,
        sum(case when category <> 'unknown' then 1 else 0 end) as category_count,
        sum(case when category = 'unknown' then net_amount else 0 end) as uncategorised_amount
    from {{ ref('customer_category') }}
    where order_count > 0
    group by customer_key
),

steps as (
    select
        customer_key,
        count(*) as tiered_order_count,
        sum(mean_tier_rank - first_tier_rank) as step_sum,
        sum(case when mean_tier_rank > first_tier_rank then 1 else 0 end) as step_up_count
    from {{ ref('int_orders_tiered') }}
    group by customer_key
)

select
    statistics.customer_key,
    run_context.as_of_date,
    case when categories.category_count > 0 then cast(categories.category_count as bigint) end
        as category_count,
    case when categories.category_count > 0 then categories.category_count >= 2 end
        as has_two_categories,
    cast(coalesce(categories.uncategorised_amount, 0) as decimal(18, 4)) as uncategorised_net_amount,
    case
        when coalesce(categories.category_count, 0) = 0 then 'no product bought has a known category'
    end as category_reason,
    cast(coalesce(steps.tiered_order_count, 0) as bigint) as tiered_order_count,
    cast(steps.step_sum as double) / nullif(steps.tiered_order_count - 1, 0) as mean_tier_step,
    cast(steps.step_up_count as double) / nullif(steps.tiered_order_count - 1, 0)
        as step_up_order_rate,
    case
        when steps.tiered_order_count is null then 'no product bought has a known price tier'
        when steps.tiered_order_count = 1 then 'no second order with a known price tier'
    end as tier_step_reason,
    run_context.currency_code
from {{ ref('customer_cbs') }} as statistics
left join categories on statistics.customer_key = categories.customer_key
left join steps on statistics.customer_key = steps.customer_key
cross join run_context
