-- One row per customer of dim_customer, the unknown member included (customer_key): orders, net and
-- margin over the goods, to date and within the margin window. Margin is null where goods were
-- bought and the cost of none is known; a discount line alone makes no margin. What is assumed of
-- goods of unknown cost (int_orders_netted) is in it and said.
{% set margin_columns = [
    'net_amount', 'gross_margin_amount', 'costed_net_amount', 'costed_line_count',
    'assumed_line_count',
] %}
with
context as (
    select
        run_context.as_of_date,
        cast(rules.value as integer) as window_days,
        {{ rate_in_words('run_context.assumed_margin_rate') }} as assumed_in_words
    from {{ source('raw', 'run_context') }} as run_context
    inner join {{ ref('value_rules') }} as rules on rules.rule = 'margin_window_days'
),

orders as (
    select
        netted.*,
        coalesce(channels.is_self_service, false) as is_self_service,
        {{ dbt.datediff('netted.purchase_date', 'context.as_of_date', 'day') }}
        < context.window_days as is_in_window
    from {{ ref('int_orders_netted') }} as netted
    inner join {{ ref('int_orders_keyed') }} as keyed on netted.order_key = keyed.order_key
    left join {{ ref('sales_channels') }} as channels on keyed.channel = channels.channel
    cross join context
),

summed as (
    select
        customer_key,
        sum(case when is_purchase then 1 else 0 end) as order_count,
        sum(case when is_purchase and is_self_service then 1 else 0 end)
            as self_service_order_count,
        {% for column in ['uncosted_line_count'] + margin_columns %}
        sum({{ column }}) as {{ column }},
        {% endfor %}
        sum(uncosted_net_amount) as uncosted_net_amount,
        sum(assumed_margin_amount) as assumed_margin_amount,
        sum(cogs_amount) as cogs_amount,
        {% for column in margin_columns %}
        sum(case when is_in_window then {{ column }} else 0 end) as window_{{ column }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from orders
    group by customer_key
),

occasions as (
    select
        occasions.customer_key,
        count(*) as occasion_count,
        sum(case
            when {{ dbt.datediff('occasions.purchase_date', 'context.as_of_date', 'day') }}
                < context.window_days then 1
            else 0
        end) as window_occasion_count
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join context
    group by occasions.customer_key
),

joined as (
    select
        context.assumed_in_words,
        coalesce(summed.uncosted_line_count, 0) > 0 as has_uncosted_lines,
        summed.costed_line_count = summed.assumed_line_count as is_without_known_costs,
        coalesce(summed.uncosted_line_count, 0) > 0
        and summed.costed_line_count = 0
        and context.assumed_in_words is null as is_without_costs,
        {% for count in [
            'order_count', 'self_service_order_count', 'occasion_count', 'window_occasion_count',
            'window_costed_line_count', 'window_assumed_line_count',
        ] %}
        cast(coalesce({{ count }}, 0) as bigint) as {{ count }},
        {% endfor %}
        {% for amount in [
            'net_amount', 'cogs_amount', 'gross_margin_amount', 'assumed_margin_amount',
            'uncosted_net_amount', 'window_net_amount', 'window_gross_margin_amount',
            'window_costed_net_amount',
        ] %}
        cast(coalesce({{ amount }}, 0) as decimal(18, 4)) as {{ amount }},
        {% endfor %}
        customers.customer_key
    from {{ ref('dim_customer') }} as customers
    cross join context
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
    assumed_margin_amount,
    uncosted_net_amount,
    case
        when has_uncosted_lines and assumed_in_words is not null
            then
                'the cost of ' || case when is_without_known_costs then 'all' else 'some' end
                || ' goods is not known; a margin of ' || assumed_in_words || ' is assumed for them'
        when is_without_costs then 'no line has a known cost'
        when has_uncosted_lines
            then 'lines without a known cost are left out; see uncosted_net_amount'
    end as goods_reason,
    window_occasion_count,
    window_net_amount,
    window_gross_margin_amount,
    window_costed_net_amount,
    window_costed_line_count > 0 as has_window_costs,
    window_costed_line_count > window_assumed_line_count as has_known_window_costs,
    case when window_assumed_line_count > 0 then assumed_in_words end as window_assumed_in_words
from joined
