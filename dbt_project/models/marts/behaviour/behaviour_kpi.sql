-- One row per key figure of buying behaviour of the base, at the as-of date. Every figure has its row;
-- where its inputs are not held the rate is null and says why. Test accounts and the unknown member are
-- left out, but for returns, which tie to the order lines.
{% set price_shares = [
    ('promo_share', 'promoted', 'no promotions are delivered'),
    ('discount_share', 'discounted', 'no discounts are delivered'),
    ('promotion_share', 'promoted_or_discounted', 'no promotions or discounts are delivered'),
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where not is_test and customer_kind <> 'unknown'
),

cross_sells as (
    select marts.*
    from {{ ref('customer_cross_sell') }} as marts
    inner join customers on marts.customer_key = customers.customer_key
),

prices as (
    select sums.*
    from {{ ref('int_customers_prices_summed') }} as sums
    inner join customers on sums.customer_key = customers.customer_key
),

figures as (
    select
        'two_category_share' as kpi,
        'customers' as unit,
        sum(case when has_two_categories then 1 else 0 end) as numerator,
        count(category_count) as denominator,
        'no product bought has a known category' as missing_reason
    from cross_sells
    union all
    select
        'step_up_customer_share' as kpi,
        'customers' as unit,
        sum(case when mean_tier_step > 0 then 1 else 0 end) as numerator,
        count(mean_tier_step) as denominator,
        'no customer has two orders with a known price tier' as missing_reason
    from cross_sells
    {% for kpi, flag, reason in price_shares %}
    union all
    select
        '{{ kpi }}' as kpi,
        'amount' as unit,
        sum({{ flag }}_net_amount) as numerator,
        sum({{ flag }}_known_net_amount) as denominator,
        '{{ reason }}' as missing_reason
    from prices
    {% endfor %}
    union all
    select
        'premium_tier_share' as kpi,
        'amount' as unit,
        sum(premium_net_amount) as numerator,
        sum(tiered_net_amount) as denominator,
        'no product has a known price tier' as missing_reason
    from prices
    union all
    select
        'loyal_trial_rate' as kpi,
        'customers x launches' as unit,
        sum(case when is_window_over then loyal_trial_count end) as numerator,
        sum(case when is_window_over then exposed_loyal_count end) as denominator,
        case
            when count(*) = 0 then 'the catalogue names no launches'
            else 'no launch with loyal customers is old enough'
        end as missing_reason
    from {{ ref('product_launch') }}
    union all
    select
        'returned_unit_rate' as kpi,
        'units' as unit,
        sum(returned_quantity) as numerator,
        sum(case when returned_quantity is not null then sold_quantity end) as denominator,
        'no returns are delivered' as missing_reason
    from {{ ref('product_return') }}
    union all
    select
        'returned_amount_rate' as kpi,
        'amount' as unit,
        sum(returned_amount) as numerator,
        sum(case when returned_amount is not null then sold_amount end) as denominator,
        'no returns are delivered' as missing_reason
    from {{ ref('product_return') }}
)

select
    figures.kpi,
    run_context.as_of_date,
    figures.unit,
    cast(coalesce(figures.numerator, 0) as decimal(38, 4)) as numerator,
    cast(coalesce(figures.denominator, 0) as decimal(38, 4)) as denominator,
    case
        when figures.denominator > 0
            then cast(figures.numerator as double) / cast(figures.denominator as double)
    end as rate,
    case when coalesce(figures.denominator, 0) <= 0 then figures.missing_reason end as rate_reason,
    run_context.currency_code
from figures
cross join run_context
