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
        rules.price_min_share * foreseen.promotion_known_amount as price_from_amount,
        foreseen.is_returned or foreseen.silent_days > foreseen.lapsed_after_days as is_back
    from {{ ref('int_customers_foreseen') }} as foreseen
    cross join rules
    where foreseen.ahead_days = 0
),

-- As many purchase days as reach a threshold, and the smallest amount, in whole cents, that brings the
-- share on promotion to its threshold.
purchases as (
    {% for number in [
        '1', 'loyal_min_occasions - window_count', 'price_min_occasions - window_count',
        'occasional_max_occasions + 1 - window_count',
    ] %}
    select
        customer_key,
        'purchase' as change,
        cast({{ number }} as decimal(18, 4)) as size
    from today
    where {{ number }} >= 1
    union
    {% endfor %}
    select
        customer_key,
        'promoted purchase' as change,
        ceil(100 * (price_from_amount - promoted_amount) / nullif(1 - price_min_share, 0)) / 100 as size
    from today
    where promotion_known_amount > 0 and promoted_amount < price_from_amount
    union
    select
        customer_key,
        'other purchase' as change,
        (floor(100 * (promoted_amount - price_from_amount) / price_min_share) + 1) / 100 as size
    from today
    where promotion_known_amount > 0 and promoted_amount >= price_from_amount
),

bought as (
    select
        today.*,
        purchases.change,
        purchases.size,
        case when purchases.change = 'purchase' then 0 else purchases.size end as spent_amount,
        case when purchases.change = 'promoted purchase' then purchases.size else 0 end as promoted_spent,
        case when purchases.change = 'purchase' then purchases.size else 1 end as added_count
    from today
    inner join purchases on today.customer_key = purchases.customer_key
),

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
        greatest(
            cast(added_count as double) / greatest(window_count, 1),
            coalesce(cast(spent_amount as double) / nullif(cast(promotion_known_amount as double), 0), 0)
        ) as size_share,
        occasion_count + added_count as occasion_count,
        window_count + added_count as window_count,
        promoted_amount + promoted_spent as promoted_amount,
        promotion_known_amount + spent_amount as promotion_known_amount,
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
