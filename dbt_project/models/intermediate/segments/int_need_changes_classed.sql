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

today as (
    select
        foreseen.*,
        rules.*
    from {{ ref('int_customers_foreseen') }} as foreseen
    cross join rules
    where foreseen.ahead_days = 0
),

{{ purchases_tried(
    ['trial_max_occasions + 1 - occasion_count', 'frequency_min_occasions - window_count',
        'quality_min_occasions - window_count'],
    inside='premium purchase', part='premium_amount', whole='tiered_amount', share='quality_min_share'
) }},

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
    from {{ ref('int_customers_foreseen') }}
    union all
    select
        customer_key,
        change,
        size,
        size_share,
        occasion_count + added_count as occasion_count,
        window_count + added_count as window_count,
        premium_amount + added_premium_amount as premium_amount,
        tiered_amount + added_tiered_amount as tiered_amount,
        is_new or occasion_count = 0 as is_new
    from bought
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
