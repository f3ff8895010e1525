-- Sales and margin of each customer; what is left out is what stands on costs and value models.
select
    customers.customer_key,
    run_context.as_of_date,
    margins.order_count,
    sales.gross_amount,
    sales.cancelled_amount,
    sales.returned_amount,
    margins.net_amount,
    cast(cast(margins.net_amount as double) / nullif(margins.order_count, 0) as decimal(18, 4))
        as average_order_value_amount,
    margins.cogs_amount,
    margins.gross_margin_amount,
    margins.uncosted_net_amount,
    margins.goods_reason as gross_margin_reason,
    run_context.currency_code
from marts.dim_customer as customers
cross join raw.run_context
inner join intermediate.int_customers_sales_summed as sales
    on customers.customer_key = sales.customer_key
inner join intermediate.int_customers_gross_margin_summed as margins
    on customers.customer_key = margins.customer_key
