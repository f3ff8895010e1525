-- Claim: delivered lines = lines in fct_order_net + lines without order + lines of orders after the
-- as-of date. Fails, with the counts, when the sum is another.
with
counted as (
    select
        (select count(*) from {{ ref('int_order_lines_unioned') }}) as delivered_count,
        (
            select count(*) from {{ ref('fct_order_net') }}
            where not has_no_lines
        ) as net_count,
        (select count(*) from {{ ref('fct_line_without_order') }}) as waiting_count,
        (
            select count(*)
            from {{ ref('stg_sales__order_lines') }} as lines
            inner join {{ ref('stg_sales__orders') }} as orders on lines.order_id = orders.order_id
            cross join {{ source('raw', 'run_context') }} as run_context
            where orders.ordered_at >= run_context.as_of_end_at
        ) + (
            select count(*)
            from {{ ref('stg_online_retail__order_lines') }} as lines
            inner join {{ ref('stg_online_retail__orders') }} as orders
                on lines.order_id = orders.order_id
            cross join {{ source('raw', 'run_context') }} as run_context
            where orders.ordered_at >= run_context.as_of_end_at
        ) as later_count
)

select * from counted
where delivered_count <> net_count + waiting_count + later_count
