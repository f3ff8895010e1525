-- One row per customer of dim_customer, the unknown member left out, and change of its facts
-- (customer_key, change, size): the need class (J3) it then has; change 'none' is today. What may change:
-- days without a purchase, purchase days like those before, one purchase inside or outside of premium tiers.
with
rules as (
    {{ segment_thresholds(
        ['quality_min_share', 'quality_min_occasions', 'frequency_min_occasions', 'trial_max_occasions']
    ) }}
),

ranks as (
    {{ precedence_of(
        'need_classes', ['new', 'high_quality', 'high_frequency', 'trial', 'not_classed']
    ) }}
),

foreseen as (
    select * from {{ ref('int_customers_foreseen') }}
),

today as (
    select
        foreseen.*,
        rules.*,
        rules.quality_min_share * foreseen.tiered_amount as quality_from_amount
    from foreseen
    cross join rules
    where foreseen.ahead_days = 0
),

-- As many purchase days as reach a threshold.
purchases as (
    {% for number in [
        '1', 'trial_max_occasions + 1 - occasion_count', 'frequency_min_occasions - window_count',
        'quality_min_occasions - window_count',
    ] %}
    select
        customer_key,
        cast({{ number }} as decimal(18, 4)) as size
    from today
    where {{ number }} >= 1
    {{ 'union' if not loop.last }}
    {% endfor %}
),

-- The smallest amount, in whole cents, that brings the share of premium tiers to its threshold.
amounts as (
    select
        customer_key,
        'premium purchase' as change,
        ceil(
            100 * (quality_from_amount - premium_amount) / nullif(1 - quality_min_share, 0)
        ) / 100 as size
    from today
    where tiered_amount > 0 and premium_amount < quality_from_amount
    union all
    select
        customer_key,
        'other purchase' as change,
        (floor(100 * (premium_amount - quality_from_amount) / quality_min_share) + 1) / 100 as size
    from today
    where tiered_amount > 0 and premium_amount >= quality_from_amount
),

states as (
    select
        customer_key,
        case when ahead_days = 0 then 'none' else 'no purchase' end as change,
        ahead_days as size,
        cast(ahead_days as double) / window_days as size_share,
        occasion_count,
        window_count,
        premium_amount,
        tiered_amount,
        is_new
    from foreseen
    union all
    select
        today.customer_key,
        'purchase' as change,
        purchases.size,
        cast(purchases.size as double) / greatest(today.window_count, 1) as size_share,
        today.occasion_count + purchases.size as occasion_count,
        today.window_count + purchases.size as window_count,
        today.premium_amount,
        today.tiered_amount,
        today.is_new or today.occasion_count = 0 as is_new
    from today
    inner join purchases on today.customer_key = purchases.customer_key
    union all
    select
        today.customer_key,
        amounts.change,
        amounts.size,
        greatest(
            cast(1 as double) / greatest(today.window_count, 1),
            cast(amounts.size as double) / cast(today.tiered_amount as double)
        ) as size_share,
        today.occasion_count + 1 as occasion_count,
        today.window_count + 1 as window_count,
        today.premium_amount
        + case when amounts.change = 'premium purchase' then amounts.size else 0 end as premium_amount,
        today.tiered_amount + amounts.size as tiered_amount,
        today.is_new
    from today
    inner join amounts on today.customer_key = amounts.customer_key
)

select
    states.customer_key,
    states.change,
    cast(states.size as decimal(18, 4)) as size,
    states.size_share,
    {{ need_rank() }} as class_rank
from states
cross join rules
cross join ranks
