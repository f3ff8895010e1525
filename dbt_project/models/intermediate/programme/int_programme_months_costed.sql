-- One row per programme and calendar month with sales, rewards or members (program_id, month_date): what
-- members bought, what their rewards cost and who paid, and the cost of running the programme
-- (activity "membership" of the cost-to-serve rates, per member and month). Without test accounts.
with
sales as (
    select
        marked.program_id,
        cast({{ dbt.date_trunc('month', 'lines.purchase_date') }} as date) as month_date,
        sum(lines.net_amount) as member_net_amount,
        sum(case when promotions.promo_id is not null then lines.net_amount else 0 end)
            as promoted_net_amount,
        sum(
            case
                when coalesce(lower(trim(promotions.funder)), 'own') <> 'own' then lines.net_amount
                else 0
            end
        ) as supplier_promoted_net_amount
    from {{ ref('fct_order_net') }} as lines
    inner join {{ ref('int_orders_membership_marked') }} as marked
        on lines.order_key = marked.order_key
    inner join {{ ref('dim_customer') }} as customers
        on lines.customer_key = customers.customer_key
    left join {{ ref('stg_sales__promotions') }} as promotions
        on lines.promo_id = promotions.promo_id
    where marked.is_member and not customers.is_test
    group by marked.program_id, cast({{ dbt.date_trunc('month', 'lines.purchase_date') }} as date)
),

rewards as (
    select
        entries.program_id,
        cast({{ dbt.date_trunc('month', 'costs.reward_date') }} as date) as month_date,
        sum(costs.cost_amount) as reward_cost_amount,
        sum(case when costs.is_supplier_funded then costs.cost_amount else 0 end)
            as supplier_funded_amount,
        sum(case when costs.cost_amount is null then 1 else 0 end) as uncosted_count
    from {{ ref('int_rewards_costed') }} as costs
    inner join {{ ref('int_points_entries_ordered') }} as entries
        on costs.entry_id = entries.entry_id
    inner join {{ ref('dim_customer') }} as customers
        on entries.customer_key = customers.customer_key
    where not customers.is_test
    group by entries.program_id, cast({{ dbt.date_trunc('month', 'costs.reward_date') }} as date)
),

operations as (
    select
        members.program_id,
        members.period_start_date as month_date,
        members.member_count,
        members.member_count * rates.unit_cost_amount as operating_cost_amount
    from {{ ref('int_programme_members_counted') }} as members
    left join {{ ref('int_activity_rates_filled') }} as rates
        on
            rates.activity = 'membership'
            and members.period_start_date >= rates.valid_from_date
            and members.period_start_date < rates.valid_to_date
    where members.period_kind = 'month'
),

united as (
    {% for part, columns in {
        'sales': ['member_net_amount', 'promoted_net_amount', 'supplier_promoted_net_amount'],
        'rewards': ['reward_cost_amount', 'supplier_funded_amount', 'uncosted_count'],
        'operations': ['operating_cost_amount'],
    }.items() %}
    select
        program_id,
        month_date,
        {% for column in [
            'member_net_amount', 'promoted_net_amount', 'supplier_promoted_net_amount',
            'reward_cost_amount', 'supplier_funded_amount', 'uncosted_count',
            'operating_cost_amount',
        ] %}
    {{ column if column in columns else 'null' }} as {{ column }}
    {{- ',' if not loop.last }}
    {% endfor %}
    from {{ part }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    program_id,
    month_date,
    cast(sum(member_net_amount) as decimal(18, 4)) as member_net_amount,
    cast(sum(promoted_net_amount) as decimal(18, 4)) as promoted_net_amount,
    cast(sum(supplier_promoted_net_amount) as decimal(18, 4)) as supplier_promoted_net_amount,
    cast(sum(reward_cost_amount) as decimal(18, 4)) as reward_cost_amount,
    cast(sum(supplier_funded_amount) as decimal(18, 4)) as supplier_funded_amount,
    cast(sum(uncosted_count) as bigint) as uncosted_count,
    cast(sum(operating_cost_amount) as decimal(18, 4)) as operating_cost_amount
from united
group by program_id, month_date
