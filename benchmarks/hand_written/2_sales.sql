-- People, exchange rates, and the net amount of every order line.
create table bridge_customer_identity as
with links as (
    select source_system, customer_id, rank, min(smallest) as smallest, min(id_type) as method
    from linked group by all
)
select
    records.*,
    coalesce(links.method, 'single') as method,
    entity_key(
        coalesce(survivor.source_system, records.source_system),
        coalesce(survivor.customer_id, records.customer_id)
    ) as customer_key
from records
left join links using (source_system, customer_id)
left join links as survivor on links.smallest = survivor.rank;

create table fx as
select currency, valid_from, lead(valid_from, 1, date '9999-12-31') over (
    partition by currency order by valid_from) as valid_to, rate
from (
    select currency, date as valid_from, rate from latest_fx_rates
    where currency <> 'GBP' and rate is not null
    union all select 'GBP', date '1900-01-01', 1::decimal(18, 8)
);

create table products as
select
    product_id, category_path, brand, cost, coalesce(currency, 'GBP') as currency_code,
    trim(split_part(category_path, '>', -1)) as category,
    case when row_number() over versions = 1 then date '1900-01-01' else valid_from end as since,
    lead(valid_from, 1, date '9999-12-31') over versions as until
from latest_sales_products
window versions as (partition by product_id order by valid_from);

create table priced_orders as
select orders.*, coalesce(bridge_customer_identity.customer_key, 'unknown') as customer_key, fx.rate
from orders
left join bridge_customer_identity
    on orders.source_system = bridge_customer_identity.source_system and orders.record_id = bridge_customer_identity.customer_id
left join fx
    on orders.currency_code = fx.currency
    and purchase_date >= valid_from and purchase_date < valid_to;

create table lines as
select
    order_id, line_no, product_id, promo_id, coalesce(discount, 0) > 0 as has_discount,
    coalesce(qty, 0) as quantity, qty, cost,
    case when qty is null then 'quantity_missing'
        when coalesce(unit_price, list_price) is null then 'price_missing' end as amount_reason,
    coalesce(qty * coalesce(unit_price, list_price) - coalesce(discount, 0), 0)::decimal(18, 4)
        as amount
from latest_sales_order_lines;

create table fct_return as
select
    returned.*, orders.order_key, orders.customer_key, orders.currency_code, orders.rate,
    returned_at::date as returned_date,
    coalesce(returned.amount, returned.qty * lines.amount / nullif(lines.qty, 0), 0)::decimal(18, 4)
        as local_amount,
    (local_amount * rate)::decimal(18, 4) as reporting_amount,
    case when orders.order_key is null then 'order_unknown'
        when lines.order_id is null then 'line_unknown'
        when is_cancelled then 'order_cancelled' end as uncounted_reason
from latest_sales_returns as returned
left join priced_orders as orders on returned.order_id = orders.order_id
left join lines on returned.order_id = lines.order_id and returned.line_no = lines.line_no
where returned_at < getvariable('as_of')::date + 1;

create table fct_order_net as
with returned as (
    select order_id, line_no, sum(coalesce(qty, 0)) as quantity, sum(local_amount) as local_amount,
        sum(reporting_amount) as amount
    from fct_return where uncounted_reason is null group by all
),

measured as (
    select
        orders.order_key, orders.source_system, orders.order_id, orders.customer_key,
        orders.ordered_at, orders.purchase_date, orders.order_status, orders.is_cancelled,
        orders.channel, orders.store_id, orders.currency_code as local_currency_code, orders.rate,
        coalesce(lines.line_no, 0) as line_no,
        lines.order_id is not null as is_line,
        lines.product_id, lines.promo_id, lines.has_discount, lines.amount_reason,
        products.category, products.brand,
        coalesce(lines.quantity, 0) as quantity,
        coalesce(returned.quantity, 0) as returned_quantity,
        coalesce(lines.amount, 0) as local_gross_amount,
        coalesce(returned.local_amount, 0) as local_returned_amount,
        (coalesce(lines.amount, 0) * orders.rate)::decimal(18, 4) as gross_amount,
        coalesce(returned.amount, 0)::decimal(18, 4) as returned_amount,
        coalesce(lines.cost * orders.rate, products.cost * product_fx.rate)::decimal(18, 4)
            as unit_cost
    from priced_orders as orders
    left join lines on orders.order_id = lines.order_id
    left join returned
        on lines.order_id = returned.order_id and lines.line_no = returned.line_no
    left join products
        on lines.product_id = products.product_id
        and purchase_date >= since and purchase_date < until
    left join fx as product_fx
        on products.currency_code = product_fx.currency
        and purchase_date >= product_fx.valid_from and purchase_date < product_fx.valid_to
)

select
    *,
    not is_cancelled and is_line as is_valid_line,
    case when is_cancelled then gross_amount else 0 end::decimal(18, 4) as cancelled_amount,
    (gross_amount - cancelled_amount - returned_amount)::decimal(18, 4) as net_amount,
    (local_gross_amount - case when is_cancelled then local_gross_amount else 0 end
        - local_returned_amount)::decimal(18, 4) as local_net_amount,
    case when is_cancelled or not is_line then 0
        else (quantity - returned_quantity) * unit_cost end::decimal(18, 4) as cogs_amount,
    (net_amount - cogs_amount)::decimal(18, 4) as margin_amount
from measured;
