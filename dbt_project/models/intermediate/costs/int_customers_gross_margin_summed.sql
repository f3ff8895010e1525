-- One row per customer of dim_customer, the unknown member included (customer_key): orders, net and
-- margin over the goods, to date and within the margin window. Margin is null where goods were
-- bought and the cost of none is known; a discount line alone makes no margin.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

window_rule as (
    select cast(value as integer) as window_days
    from {{ ref('value_rules') }}
    where rule = 'margin_window_days'
),

orders as (
    select
        netted.*,
        coalesce(channels.is_self_service, false) as is_self_service,
        {{ dbt.datediff('netted.purchase_date', 'run_context.as_of_date', 'day') }}
        < window_rule.window_days as is_in_window
    from {{ ref('int_orders_netted') }} as netted
    inner join {{ ref('int_orders_keyed') }} as keyed on netted.order_key = keyed.order_key
    left join {{ ref('sales_channels') }} as channels on keyed.channel = channels.channel
    cross join run_context
    cross join window_rule
),

summed as (
    select
        customer_key,
        sum(case when is_purchase then 1 else 0 end) as order_count,
        sum(case when is_purchase and is_self_service then 1 else 0 end)
            as self_service_order_count,
        sum(uncosted_line_count) as uncosted_line_count,
        sum(costed_line_count) as costed_line_count,
        sum(net_amount) as net_amount,
        sum(cogs_amount) as cogs_amount,
        sum(gross_margin_amount) as gross_margin_amount,
        sum(uncosted_net_amount) as uncosted_net_amount,
        sum(case when is_in_window then net_amount else 0 end) as window_net_amount,
        sum(case when is_in_window then gross_margin_amount else 0 end)
            as window_gross_margin_amount,
        sum(case when is_in_window then uncosted_net_amount else 0 end)
            as window_uncosted_net_amount,
        sum(case when is_in_window then costed_line_count else 0 end) as window_costed_line_count
    from orders
    group by customer_key
),

occasions as (
    select
        occasions.customer_key,
        count(*) as occasion_count,
        sum(case
            when
                {{ dbt.datediff('occasions.purchase_date', 'run_context.as_of_date', 'day') }}
                < window_rule.window_days
                then 1
            else 0
        end) as window_occasion_count
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join run_context
    cross join window_rule
    group by occasions.customer_key
),

joined as (
    select
        coalesce(summed.uncosted_line_count, 0) > 0 as has_uncosted_lines,
        coalesce(summed.uncosted_line_count, 0) > 0 and summed.costed_line_count = 0
            as is_without_costs,
        {% for count in [
            'order_count', 'self_service_order_count', 'occasion_count', 'window_occasion_count',
            'window_costed_line_count',
        ] %}
        cast(coalesce({{ count }}, 0) as bigint) as {{ count }},
        {% endfor %}
        {% for amount in [
            'net_amount', 'cogs_amount', 'gross_margin_amount', 'uncosted_net_amount',
            'window_net_amount', 'window_gross_margin_amount', 'window_uncosted_net_amount',
        ] %}
        cast(coalesce({{ amount }}, 0) as decimal(18, 4)) as {{ amount }},
        {% endfor %}
        customers.customer_key
    from {{ ref('dim_customer') }} as customers
    left join summed on customers.customer_key = summed.customer_key
    left join occasions on customers.customer_key = occasions.customer_key
)

select
    customer_key,
    order_count,
    self_service_order_count,
    occasion_count,
    net_amount,
    case when not is_without_costs then cogs_amount end as cogs_amount,
    case when not is_without_costs then gross_margin_amount end as gross_margin_amount,
    uncosted_net_amount,
    case
        when is_without_costs then 'no line has a known cost'
        when has_uncosted_lines
            then 'lines without a known cost are left out; see uncosted_net_amount'
    end as goods_reason,
    window_occasion_count,
    window_net_amount,
    window_gross_margin_amount,
    window_net_amount - window_uncosted_net_amount as window_costed_net_amount,
    window_costed_line_count > 0 as has_window_costs
from joined
