-- One row per customer of dim_customer, the unknown member included, at the as-of date: what was
-- earned with the customer after every cost that the customer caused, line by line. The unknown
-- member has the costs that nobody is known for, so that each line adds up to its ledger.
{%- set activity_lines = [
    'ticket', 'visit', 'call', 'other_contact', 'delivery', 'return_handling',
] %}
{%- set other_lines = ['returned_goods_loss', 'payment_fee', 'reward', 'direct_marketing'] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

sold as (
    select * from {{ ref('int_customers_gross_margin_summed') }}
),

unallocated as (
    select sum(unallocated_spend_amount) as spend_amount
    from {{ ref('int_marketing_spend_split') }}
),

costed as (
    select
        costs.*,
        customers.customer_kind,
        customers.customer_kind <> 'unknown' and not customers.is_test as is_base,
        sold.order_count,
        sold.self_service_order_count,
        sold.occasion_count,
        sold.net_amount,
        sold.cogs_amount,
        sold.gross_margin_amount,
        sold.assumed_margin_amount,
        sold.uncosted_net_amount,
        sold.goods_reason,
        case
            when coalesce({{ activity_lines | join('_amount, ') }}_amount) is not null
                then
                    0
                    {% for line in activity_lines %}
                    + coalesce({{ line }}_amount, 0)
                    {% endfor %}
        end as cost_to_serve_amount,
        0
        {% for line in activity_lines + other_lines %}
        + coalesce({{ line }}_amount, 0)
        {% endfor %}
            as known_cost_amount
    from {{ ref('int_customers_costed') }} as costs
    inner join sold on costs.customer_key = sold.customer_key
    inner join {{ ref('dim_customer') }} as customers
        on costs.customer_key = customers.customer_key
),

-- Mean cost to serve of an order, of the customers who ordered: sums of exact amounts, divided once.
base as (
    select
        cast(sum(cost_to_serve_amount) as double) / nullif(sum(order_count), 0)
            as cost_to_serve_per_order
    from costed
    where is_base and order_count > 0
)

select
    costed.customer_key,
    run_context.as_of_date,
    costed.order_count,
    costed.net_amount,
    costed.cogs_amount,
    costed.gross_margin_amount,
    costed.assumed_margin_amount,
    costed.uncosted_net_amount,
    {% for line in activity_lines + other_lines %}
    costed.{{ line }}_amount,
    {% endfor %}
    costed.supplier_funded_reward_amount,
    cast(costed.cost_to_serve_amount as decimal(18, 4)) as cost_to_serve_amount,
    cast(costed.gross_margin_amount - costed.known_cost_amount as decimal(18, 4))
        as profit_contribution_amount,
    nullif(concat_ws('; ', 'goods: ' || costed.goods_reason, costed.cost_reason), '')
        as profit_reason,
    round(
        cast(
            costed.known_line_count + case when costed.goods_reason is null then 1 else 0 end
            as double
        ) / (costed.line_count + 1), 6
    ) as coverage_rate,
    cast(
        cast(costed.gross_margin_amount - costed.known_cost_amount as double)
        / nullif(costed.occasion_count, 0) as decimal(18, 4)
    ) as profit_per_occasion_amount,
    cast(
        case
            when costed.order_count > 0
                then
                    base.cost_to_serve_per_order * costed.order_count
                    - cast(costed.cost_to_serve_amount as double)
        end as decimal(18, 4)
    ) as cost_saving_amount,
    case
        when costed.order_count = 0 then 'no order'
        when costed.cost_to_serve_amount is null then 'cost to serve is not known'
        when base.cost_to_serve_per_order is null then 'no order of the base to compare with'
    end as cost_saving_reason,
    costed.self_service_order_count,
    cast(costed.self_service_order_count as double) / nullif(costed.order_count, 0)
        as self_service_order_rate,
    cast(
        case when costed.customer_kind = 'unknown' then unallocated.spend_amount else 0 end
        as decimal(18, 4)
    ) as unallocated_marketing_amount,
    run_context.currency_code
from costed
cross join base
cross join unallocated
cross join run_context
