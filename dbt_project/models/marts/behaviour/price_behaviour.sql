-- One row per customer with a purchase occasion, at the as-of date: what it pays against the catalogue,
-- how much of it on promotion and in premium tiers (last price_window_days days), and whether it
-- keeps buying when a price rises (all history). Null with a reason where the inputs are not held.
{% set promotion_shares = [
    ('promo_share_rate', 'promoted', 'no promotions are delivered'),
    ('discount_share_rate', 'discounted', 'no discounts are delivered'),
    ('promotion_share_rate', 'promoted_or_discounted', 'no promotions or discounts are delivered'),
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'price_repeat_min_expected' then value end) as min_expected
    from {{ ref('behaviour_rules') }}
),

rises as (
    select
        customer_key,
        sum(case when is_after_rise then 1 else 0 end) as risen_count,
        sum(case when is_after_rise and is_repeated then 1 else 0 end) as risen_repeat_count,
        sum(case when is_after_rise then 0 else 1 end) as steady_count,
        sum(case when not is_after_rise and is_repeated then 1 else 0 end) as steady_repeat_count
    from {{ ref('int_purchases_repriced') }}
    group by customer_key
),

joined as (
    select
        statistics.customer_key as buyer_key,
        sums.*,
        coalesce(rises.risen_count, 0) as risen_count,
        coalesce(rises.risen_repeat_count, 0) as risen_repeat_count,
        coalesce(rises.steady_count, 0) as steady_count,
        coalesce(rises.steady_repeat_count, 0) as steady_repeat_count,
        -- Repeats to be expected after rises, if these changed nothing.
        coalesce(
            rises.risen_count * rises.steady_repeat_count
            >= rules.min_expected * rises.steady_count and rises.steady_count > 0,
            false
        ) as has_enough_rises
    from {{ ref('customer_cbs') }} as statistics
    cross join rules
    left join {{ ref('int_customers_prices_summed') }} as sums
        on statistics.customer_key = sums.customer_key
    left join rises on statistics.customer_key = rises.customer_key
)

select
    joined.buyer_key as customer_key,
    run_context.as_of_date,
    cast(coalesce(joined.net_amount, 0) as decimal(18, 4)) as window_net_amount,
    cast(joined.referenced_paid_amount as double) / cast(joined.reference_amount as double) - 1
        as price_premium_rate,
    case
        when joined.base_priced_line_count = 0 and joined.list_priced_line_count > 0
            then 'list_price'
        when joined.list_priced_line_count = 0 and joined.base_priced_line_count > 0
            then 'base_mean_price'
        when joined.list_priced_line_count > 0 then 'list_price_and_base_mean_price'
    end as price_premium_method,
    case
        when joined.customer_key is null then 'no goods bought in the window'
        when joined.reference_amount is null then 'no line has a price to compare with'
    end as price_premium_reason,
    {% for column, flag, reason in promotion_shares %}
    case
        when joined.{{ flag }}_known_net_amount > 0
            then cast(joined.{{ flag }}_net_amount as double)
                / cast(joined.{{ flag }}_known_net_amount as double)
    end as {{ column }},
    case
        when joined.customer_key is null then 'no goods bought in the window'
        when joined.{{ flag }}_known_net_amount is null then '{{ reason }}'
        when joined.{{ flag }}_known_net_amount <= 0 then 'nothing is left after returns'
    end as {{ column | replace('_rate', '_reason') }},
    {% endfor %}
    cast(joined.promoted_or_discounted_quantity as double)
    / cast(nullif(joined.promoted_or_discounted_known_quantity, 0) as double)
        as promotion_unit_share_rate,
    case
        when joined.tiered_net_amount > 0
            then cast(joined.premium_net_amount as double) / cast(joined.tiered_net_amount as double)
    end as premium_tier_share_rate,
    cast(joined.tiered_net_amount as decimal(18, 4)) as tiered_net_amount,
    case
        when joined.customer_key is null then 'no goods bought in the window'
        when joined.tiered_net_amount is null then 'no product has a known price tier'
        when joined.tiered_net_amount <= 0 then 'nothing is left after returns'
    end as premium_tier_reason,
    cast(joined.risen_count as bigint) as purchases_before_rise_count,
    cast(joined.risen_repeat_count as bigint) as repeats_after_rise_count,
    cast(joined.steady_count as bigint) as purchases_without_rise_count,
    cast(joined.steady_repeat_count as bigint) as repeats_without_rise_count,
    case
        when joined.has_enough_rises
            then cast(joined.risen_repeat_count * joined.steady_count as double)
                / (joined.risen_count * joined.steady_repeat_count)
    end as price_tolerance_ratio,
    case
        when joined.risen_count + joined.steady_count = 0
            then 'no purchase with a catalogue price is old enough'
        when not joined.has_enough_rises then 'too few repeats to be expected after a price rise'
    end as price_tolerance_reason,
    run_context.currency_code
from joined
cross join run_context
