-- One row per customer of dim_customer, the unknown member left out, and change of its facts
-- (customer_key, change, size): the behaviour class (J4) it then has; change 'none' is today. What may
-- change: days without a purchase, purchase days like those before, one purchase on or without promotion,
-- and a recommendation.
with
rules as (
    {{ segment_thresholds(
        ['loyal_min_occasions', 'price_min_share', 'price_min_occasions', 'occasional_max_occasions']
    ) }}
),

ranks as (
    {{ precedence_of('behaviour_classes', [
        'dormant', 'returning', 'sticky', 'price_driven', 'occasional', 'not_classed'
    ]) }}
),

-- A purchase today ends a silence; after a long one the customer has come back.
today as (
    select
        foreseen.*,
        rules.*,
        foreseen.is_returned or foreseen.silent_days > foreseen.lapsed_after_days as is_back
    from {{ ref('int_customers_foreseen') }} as foreseen
    cross join rules
    where foreseen.ahead_days = 0
),

{{ purchases_tried(
    ['loyal_min_occasions - window_count', 'price_min_occasions - window_count',
        'occasional_max_occasions + 1 - window_count'],
    inside='promoted purchase', part='promoted_amount', whole='promotion_known_amount', share='price_min_share'
) }},

{% set unchanged = ['occasion_count', 'window_count', 'promoted_amount', 'promotion_known_amount',
    'is_new', 'is_long_known', 'is_dormant', 'is_returned', 'is_recommending'] %}
states as (
    select
        customer_key,
        case when ahead_days = 0 then 'none' else 'no purchase' end as change,
        ahead_days as size,
        cast(ahead_days as double) / window_days as size_share,
        {{ unchanged | join(', ') }}
    from {{ ref('int_customers_foreseen') }}
    union all
    select
        customer_key,
        'recommendation' as change,
        1 as size,
        cast(1 as double) as size_share,
        {{ unchanged | join(', ') | replace('is_recommending', 'true as is_recommending') }}
    from today
    union all
    select
        customer_key,
        change,
        size,
        size_share,
        occasion_count + added_count as occasion_count,
        window_count + added_count as window_count,
        promoted_amount + added_promoted_amount as promoted_amount,
        promotion_known_amount + added_promotion_known_amount as promotion_known_amount,
        is_new or occasion_count = 0 as is_new,
        is_long_known,
        false as is_dormant,
        is_back as is_returned,
        is_recommending
    from bought
)

select
    states.customer_key,
    states.change,
    cast(states.size as decimal(18, 4)) as size,
    states.size_share,
    {{ behaviour_rank() }} as class_rank
from states
cross join rules
cross join ranks
