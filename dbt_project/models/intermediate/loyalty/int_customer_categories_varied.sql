-- One row per known customer and category, and one over all of them (category 'all categories'): how
-- evenly its purchases of the last loyalty_window_days spread over the brands of a category (D19). An
-- order with two brands counts once for each. Where a category has one brand alone, its products
-- stand for brands; goods without a category are no alternatives to each other.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

sold as (
    select
        priced.customer_key,
        priced.category,
        priced.order_key,
        priced.brand,
        priced.product_key
    from {{ ref('int_goods_lines_priced') }} as priced
    cross join run_context
    cross join {{ ref('loyalty_rules') }} as rules
    where
        rules.rule = 'loyalty_window_days'
        and not priced.is_unknown_customer
        and not priced.is_credit_note
        and priced.quantity > 0
        and priced.category is not null
        and {{ dbt.datediff('priced.purchase_date', 'run_context.as_of_date', 'day') }}
        < rules.value
),

-- What there is to choose from: what anybody has bought.
choices as (
    select
        category,
        count(distinct brand) > 1 as has_brands,
        case
            when count(distinct brand) > 1 then count(distinct brand)
            else count(distinct product_key)
        end as choice_count
    from sold
    group by category
),

chosen as (
    select
        sold.customer_key,
        sold.category,
        choices.choice_count,
        case when choices.has_brands then sold.brand else sold.product_key end as choice,
        count(distinct sold.order_key) as purchase_count
    from sold
    inner join choices on sold.category = choices.category
    group by
        sold.customer_key,
        sold.category,
        choices.choice_count,
        case when choices.has_brands then sold.brand else sold.product_key end
),

-- Entropy times purchases, N ln N less the sum of n ln n, and the most that it can be. Logarithms are
-- cut to decimals first, so that their sums depend on no order.
spread as (
    select
        customer_key,
        category,
        count(*) as chosen_count,
        sum(purchase_count) as purchase_count,
        sum(purchase_count) * cast(ln(sum(purchase_count)) as decimal(18, 12))
        - sum(purchase_count * cast(ln(purchase_count) as decimal(18, 12))) as entropy_total,
        sum(purchase_count)
        * cast(ln(least(sum(purchase_count), min(choice_count))) as decimal(18, 12))
            as most_entropy_total
    from chosen
    where choice is not null
    group by customer_key, category
)

-- One purchase, or one brand to buy, leaves nothing to spread.
select
    spread.customer_key,
    case when levels.is_all then 'all categories' else spread.category end as category,
    sum(spread.purchase_count) as choice_purchase_count,
    sum(spread.chosen_count) as chosen_count,
    cast(sum(spread.entropy_total) as double) / cast(sum(spread.most_entropy_total) as double)
        as choice_evenness_rate
from spread
cross join (values (true), (false)) as levels (is_all)
where spread.most_entropy_total > 0
group by
    spread.customer_key,
    case when levels.is_all then 'all categories' else spread.category end
