-- One row per known customer and purchase occasion or day with goods bought (customer_key,
-- purchase_date), all history: what the day says about need and manner of buying. Credit notes name
-- neither tier nor promotion and are left out, as in price_behaviour.
with
goods as (
    select
        customer_key,
        purchase_date,
        sum(case when is_premium then net_amount when not is_premium then 0 end) as premium_amount,
        sum(case when is_premium is not null then net_amount end) as tiered_amount,
        sum(case
            when is_promoted_or_discounted then net_amount
            when not is_promoted_or_discounted then 0
        end) as promoted_amount,
        sum(case when is_promoted_or_discounted is not null then net_amount end)
            as promotion_known_amount
    from {{ ref('int_goods_lines_priced') }}
    where not is_credit_note and quantity > 0 and not is_unknown_customer
    group by customer_key, purchase_date
),

days as (
    select * from {{ ref('int_customer_days_netted') }}
    where is_occasion
)

select
    coalesce(days.customer_key, goods.customer_key) as customer_key,
    coalesce(days.purchase_date, goods.purchase_date) as purchase_date,
    {% for amount in ['premium', 'tiered', 'promoted', 'promotion_known'] %}
    cast(goods.{{ amount }}_amount as decimal(18, 4)) as {{ amount }}_amount,
    {% endfor %}
    days.customer_key is not null as is_occasion,
    goods.customer_key is not null as has_goods
from days
full outer join goods
    on days.customer_key = goods.customer_key and days.purchase_date = goods.purchase_date
