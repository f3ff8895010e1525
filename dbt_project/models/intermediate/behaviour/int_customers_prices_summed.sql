-- One row per known customer with goods sold in the price window: what it paid, what the catalogue or
-- the base would have, and how much of it on promotion and in which tier. Credit notes name neither
-- price nor promotion and are left out; returns of a line lower its net amount.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'price_window_days' then value end) as window_days
    from {{ ref('behaviour_rules') }}
),

lines as (
    select priced.*
    from {{ ref('int_goods_lines_priced') }} as priced
    cross join run_context
    cross join rules
    where
        not priced.is_credit_note
        and priced.quantity > 0
        and {{ dbt.datediff('priced.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.window_days
),

base_prices as (
    select
        product_key,
        cast(
            cast(sum(gross_amount) as double) / cast(sum(quantity) as double) as decimal(18, 6)
        ) as mean_unit_price
    from lines
    where product_key is not null and not is_test_customer
    group by product_key
),

priced as (
    select
        lines.*,
        coalesce(lines.list_unit_price, base_prices.mean_unit_price) as reference_unit_price
    from lines
    left join base_prices on lines.product_key = base_prices.product_key
    where not lines.is_unknown_customer
),

-- Below a hundred million a product with all its digits fits into 64 bits, at a fraction of the cost.
referenced as (
    select
        *,
        case
            when abs(quantity) < 1000 and reference_unit_price between 0 and 99999
                then cast(quantity * cast(reference_unit_price as decimal(18, 6)) as decimal(18, 4))
            else cast(cast(quantity as decimal(19, 4)) * reference_unit_price as decimal(18, 4))
        end as reference_amount
    from priced
)

select
    customer_key,
    cast(sum(quantity) as decimal(38, 4)) as sold_quantity,
    cast(sum(net_amount) as decimal(38, 4)) as net_amount,
    cast(sum(case when reference_amount > 0 then gross_amount end) as decimal(38, 4))
        as referenced_paid_amount,
    cast(sum(case when reference_amount > 0 then reference_amount end) as decimal(38, 4))
        as reference_amount,
    sum(case when reference_amount > 0 and list_unit_price is not null then 1 else 0 end)
        as list_priced_line_count,
    sum(case when reference_amount > 0 and list_unit_price is null then 1 else 0 end)
        as base_priced_line_count,
    {% for flag in ['promoted', 'discounted', 'promoted_or_discounted'] %}
    cast(
        sum(case when is_{{ flag }} then net_amount when not is_{{ flag }} then 0 end)
        as decimal(38, 4)
    ) as {{ flag }}_net_amount,
    cast(sum(case when is_{{ flag }} is not null then net_amount end) as decimal(38, 4))
        as {{ flag }}_known_net_amount,
    {% endfor %}
    cast(sum(case
        when is_promoted_or_discounted then quantity
        when not is_promoted_or_discounted then 0
    end) as decimal(38, 4)) as promoted_or_discounted_quantity,
    cast(sum(case when is_promoted_or_discounted is not null then quantity end) as decimal(38, 4))
        as promoted_or_discounted_known_quantity,
    cast(
        sum(case when is_premium then net_amount when not is_premium then 0 end)
        as decimal(38, 4)
    ) as premium_net_amount,
    cast(sum(case when is_premium is not null then net_amount end) as decimal(38, 4))
        as tiered_net_amount
from referenced
group by customer_key
