-- One row per known customer, product and day it was bought on, old enough to be judged: whether the
-- catalogue price had risen some days later, and whether the customer bought the product again after
-- that. Both groups get the same days to buy again, counted from the day the prices are compared; a
-- customer who walks away from the higher price is in the count, because the price is the catalogue's.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'price_rise_min_rate' then value end) as rise_min_rate,
        cast(max(case when rule = 'price_rise_within_days' then value end) as integer)
            as within_days,
        cast(max(case when rule = 'price_repeat_days' then value end) as integer) as repeat_days
    from {{ ref('behaviour_rules') }}
),

purchases as (
    select
        customer_key,
        product_key,
        purchase_date,
        min(category) as category,
        bool_or(is_test_customer) as is_test_customer
    from {{ ref('int_goods_lines_priced') }}
    where
        not is_unknown_customer and not is_credit_note and quantity > 0
        and product_key is not null
    group by customer_key, product_key, purchase_date
),

judged as (
    select
        purchases.*,
        {{ dbt.dateadd('day', 'rules.within_days', 'purchases.purchase_date') }} as compared_date,
        rules.repeat_days,
        rules.rise_min_rate
    from purchases
    cross join rules
    cross join run_context
    where
        {{ dbt.datediff('purchases.purchase_date', 'run_context.as_of_date', 'day') }}
        >= rules.within_days + rules.repeat_days
),

catalogue as (
    select * from {{ ref('int_products_unioned') }}
    where list_price > 0
),

-- A product without a version that the catalogue dates has no price to compare.
repriced as (
    select
        judged.*,
        later.list_price
        >= cast(earlier.list_price as decimal(19, 4)) * (1 + judged.rise_min_rate) as is_after_rise
    from judged
    inner join catalogue as earlier
        on
            judged.product_key = earlier.product_key
            and judged.purchase_date >= earlier.applies_from_date
            and judged.purchase_date < earlier.applies_to_date
    inner join catalogue as later
        on
            judged.product_key = later.product_key
            and cast(judged.compared_date as date) >= later.applies_from_date
            and cast(judged.compared_date as date) < later.applies_to_date
            and earlier.currency_code = later.currency_code
),

repeated as (
    select distinct
        repriced.customer_key,
        repriced.product_key,
        repriced.purchase_date
    from repriced
    inner join purchases
        on
            repriced.customer_key = purchases.customer_key
            and repriced.product_key = purchases.product_key
            and {{ dbt.datediff('repriced.compared_date', 'purchases.purchase_date', 'day') }} > 0
            and {{ dbt.datediff('repriced.compared_date', 'purchases.purchase_date', 'day') }}
            <= repriced.repeat_days
)

select
    repriced.customer_key,
    repriced.product_key,
    repriced.purchase_date,
    repriced.category,
    repriced.is_test_customer,
    repriced.is_after_rise,
    repeated.customer_key is not null as is_repeated
from repriced
left join repeated
    on
        repriced.customer_key = repeated.customer_key
        and repriced.product_key = repeated.product_key
        and repriced.purchase_date = repeated.purchase_date
