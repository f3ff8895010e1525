-- Claim: over the stages, lifecycle_contribution holds every customer but testers, with all of their
-- orders, net and profit; and who is in a stage now by lifecycle_migration is who is in it there. Fails on
-- each stage, and on the base (stage null), that differs.
with
base as (
    select
        cast(null as string) as stage,
        count(*) as customer_count,
        sum(profits.order_count) as order_count,
        sum(profits.net_amount) as net_amount,
        sum(profits.profit_contribution_amount) as profit_amount
    from {{ ref('dim_customer') }} as customers
    inner join {{ ref('customer_profitability') }} as profits
        on customers.customer_key = profits.customer_key
    where not customers.is_test and customers.customer_kind <> 'unknown'
),

contributed as (
    select
        sum(customer_count) as customer_count,
        sum(order_count) as order_count,
        sum(net_amount) as net_amount,
        sum(profit_contribution_amount) as profit_amount
    from {{ ref('lifecycle_contribution') }}
),

present as (
    select
        from_stage,
        customer_count
    from {{ ref('lifecycle_migration') }}
    where from_stage = to_stage
)

select
    base.stage,
    base.customer_count as expected_count,
    contributed.customer_count as observed_count
from base
cross join contributed
where
    base.customer_count <> contributed.customer_count
    or coalesce(base.order_count, 0) <> coalesce(contributed.order_count, 0)
    or coalesce(base.net_amount, 0) <> coalesce(contributed.net_amount, 0)
    or coalesce(base.profit_amount, 0) <> coalesce(contributed.profit_amount, 0)
union all
select
    stages.lifecycle_stage as stage,
    stages.customer_count as expected_count,
    present.customer_count as observed_count
from {{ ref('lifecycle_contribution') }} as stages
left join present on stages.lifecycle_stage = present.from_stage
where stages.customer_count <> coalesce(present.customer_count, 0)
