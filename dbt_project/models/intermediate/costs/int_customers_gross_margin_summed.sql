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

summed as (
    select * from {{ ref('int_customers_orders_summed') }}
    union all
    select * from {{ ref('int_unknown_orders_summed') }}
),

windows as (
    select
        {% for column in margin_columns %}
        sum(orders.{{ column }}) as window_{{ column }},
        {% endfor %}
        orders.customer_key
    from {{ ref('int_orders_netted') }} as orders
    cross join context
    where
        {{ dbt.datediff('orders.purchase_date', 'context.as_of_date', 'day') }}
        < context.window_days
    group by orders.customer_key
),

occasions as (
    select
        occasions.customer_key,
        count(*) as window_occasion_count
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join context
    where
        {{ dbt.datediff('occasions.purchase_date', 'context.as_of_date', 'day') }}
        < context.window_days
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
        {% for table, count in [
            ('summed', 'order_count'),
            ('summed', 'self_service_order_count'),
            ('purchases', 'occasion_count'),
            ('occasions', 'window_occasion_count'),
            ('windows', 'window_costed_line_count'),
            ('windows', 'window_assumed_line_count'),
        ] %}
        cast(coalesce({{ table }}.{{ count }}, 0) as bigint) as {{ count }},
        {% endfor %}
        {% for amount in [
            'net_amount', 'cogs_amount', 'gross_margin_amount', 'assumed_margin_amount',
            'uncosted_net_amount',
        ] %}
        coalesce(summed.{{ amount }}, 0) as {{ amount }},
        {% endfor %}
        {% for amount in ['net_amount', 'gross_margin_amount', 'costed_net_amount'] %}
        cast(coalesce(windows.window_{{ amount }}, 0) as decimal(18, 4)) as window_{{ amount }},
        {% endfor %}
        customers.customer_key
    from {{ ref('dim_customer') }} as customers
    cross join context
    left join summed on customers.customer_key = summed.customer_key
    left join {{ ref('int_customers_purchases_counted') }} as purchases
        on customers.customer_key = purchases.customer_key
    left join windows on customers.customer_key = windows.customer_key
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
