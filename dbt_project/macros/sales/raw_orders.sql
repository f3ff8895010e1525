{#- Orders as the sales extracts say, as of now: a claim's own way to them, as common table
    expressions. `raw_orders` needs `run_context` before it. `rows`: the table of raw orders, or those of
    them that matter. -#}
{% macro raw_orders(rows) -%}
-- Most orders come once, and finding those that came again costs far less than a window over all.
orders_again as (
    select
        source_system,
        order_id,
        count(*) as row_count
    from {{ rows }}
    group by source_system, order_id
    having count(*) > 1
),

ranked_orders as (
    {{ versions_ranked(
        rows, 'orders_again', key=['source_system', 'order_id'],
        joined_by=['source_system', 'order_id'],
        columns=['ordered_at', 'currency', 'status', 'cancelled_at', 'op'],
    ) }}
),

raw_orders as (
    select
        ranked_orders.order_id,
        {{ business_date('ranked_orders.ordered_at', 'run_context.business_time_zone') }}
            as purchase_date,
        coalesce(ranked_orders.currency, run_context.currency_code) as currency_code,
        coalesce(ranked_orders.status in ('cancelled', 'failed'), ranked_orders.cancelled_at is not null)
            as is_cancelled
    from ranked_orders
    cross join run_context
    where
        ranked_orders.version_rank = 1
        and ranked_orders.op <> 'D'
        and ranked_orders.ordered_at < run_context.as_of_end_at
)
{%- endmacro %}
