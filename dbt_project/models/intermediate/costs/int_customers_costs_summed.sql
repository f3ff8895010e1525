-- One row per customer and cost line with something on it (customer_key, cost_line): the sum to
-- date and within the margin window, and how many entries had no known cost. Supplier-funded
-- rewards are a line of their own: the ledger names them, the firm does not pay them.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

entries as (
    select
        customer_key,
        cost_line,
        activity_date as cost_date,
        cost_amount,
        activity_count as entry_count
    from {{ ref('int_activities_costed') }}
    union all
    select
        customer_key,
        'payment_fee' as cost_line,
        purchase_date as cost_date,
        fee_amount as cost_amount,
        1 as entry_count
    from {{ ref('int_payments_valued') }}
    where is_counted
    union all
    select
        customer_key,
        'returned_goods_loss' as cost_line,
        returned_date as cost_date,
        loss_amount as cost_amount,
        1 as entry_count
    from {{ ref('int_returned_goods_lost') }}
    union all
    select
        customer_key,
        case when is_supplier_funded then 'supplier_funded_reward' else 'reward' end as cost_line,
        reward_date as cost_date,
        cost_amount,
        1 as entry_count
    from {{ ref('int_rewards_costed') }}
),

summed as (
    select
        entries.customer_key,
        entries.cost_line,
        sum(entries.cost_amount) as cost_amount,
        sum(case
            when
                {{ dbt.datediff('entries.cost_date', 'run_context.as_of_date', 'day') }}
                < window_rule.value
                then entries.cost_amount
            else 0
        end) as window_cost_amount,
        sum(case when entries.cost_amount is not null then entries.entry_count else 0 end)
            as costed_count,
        sum(case when entries.cost_amount is null then entries.entry_count else 0 end)
            as uncosted_count
    from entries
    cross join run_context
    cross join {{ ref('value_rules') }} as window_rule
    where window_rule.rule = 'margin_window_days'
    group by entries.customer_key, entries.cost_line
    union all
    select
        customer_key,
        'direct_marketing' as cost_line,
        sum(spend_amount) as cost_amount,
        sum(window_spend_amount) as window_cost_amount,
        count(spend_amount) as costed_count,
        count(*) - count(spend_amount) as uncosted_count
    from {{ ref('int_direct_marketing_shared') }}
    group by customer_key
)

select
    customer_key,
    cost_line,
    cast(coalesce(cost_amount, 0) as decimal(18, 4)) as cost_amount,
    cast(coalesce(window_cost_amount, 0) as decimal(18, 4)) as window_cost_amount,
    cast(costed_count as bigint) as costed_count,
    cast(uncosted_count as bigint) as uncosted_count
from summed
