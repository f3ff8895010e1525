-- One row per known customer and category it ever bought from, and one over all of them, where anything
-- is known of what stands in the way of loyalty (D19), by the thresholds of seed loyalty_type_rules.
-- Null is not asked or too little seen.
{%- set rules = [
    'parity_max_gap_rate', 'variety_min_purchases', 'variety_min_evenness_rate',
    'low_involvement_max', 'low_effort_max_ratio', 'effort_min_orders',
] %}
{%- set barriers = {
    'has_competitive_parity': 'competitive parity', 'is_variety_seeking': 'variety seeking',
    'is_little_involved': 'low involvement',
} %}
with
rules as (
    select
    {% for rule in rules %}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('loyalty_type_rules') }}
),

-- Time to choose beside others' in the same goods: half of the customer's orders took no longer.
efforts as (
    select
        timed.customer_key,
        case when levels.is_all then 'all categories' else timed.category end as category,
        count(*) as timed_order_count,
        {{ quantile_discrete('timed.relative_effort_ratio', 0.5) }} as median_effort_ratio
    from {{ ref('decision_effort') }} as timed
    cross join (values (true), (false)) as levels (is_all)
    where timed.relative_effort_ratio is not null
    group by
        timed.customer_key,
        case when levels.is_all then 'all categories' else timed.category end
),

judged as (
    select
        types.customer_key,
        types.category,
        perceived.value_ratio,
        coalesce(varied.choice_purchase_count, 0) as choice_purchase_count,
        varied.choice_evenness_rate,
        coalesce(efforts.timed_order_count, 0) as timed_order_count,
        efforts.median_effort_ratio,
        -- As good as the best alternative: by both ratings, else by an answer in the middle.
        coalesce(
            abs(perceived.value_ratio - 1) <= rules.parity_max_gap_rate,
            abs(types.best_choice_score - 50) <= 100 * rules.parity_max_gap_rate
        ) as has_competitive_parity,
        case
            when varied.choice_purchase_count >= rules.variety_min_purchases
                then varied.choice_evenness_rate >= rules.variety_min_evenness_rate
        end as is_variety_seeking,
        case
            when types.involvement_score is not null then 'involvement'
            -- The attached choose quickly because they know what they want.
            when not types.is_attached and efforts.timed_order_count >= rules.effort_min_orders
                then 'time spent'
        end as involvement_basis,
        types.involvement_score <= rules.low_involvement_max as says_little_involved,
        efforts.median_effort_ratio <= rules.low_effort_max_ratio as spends_little_time
    from {{ ref('int_loyalty_types_judged') }} as types
    cross join rules
    left join {{ ref('survey_value') }} as perceived
        on types.customer_key = perceived.customer_key and perceived.is_latest
    left join {{ ref('int_customer_categories_varied') }} as varied
        on types.customer_key = varied.customer_key and types.category = varied.category
    left join efforts
        on types.customer_key = efforts.customer_key and types.category = efforts.category
    where
        perceived.value_ratio is not null
        or varied.customer_key is not null
        or efforts.customer_key is not null
        or types.best_choice_score is not null
        or types.involvement_score is not null
),

based as (
    select
        customer_key,
        category,
        value_ratio,
        choice_purchase_count,
        choice_evenness_rate,
        timed_order_count,
        median_effort_ratio,
        has_competitive_parity,
        is_variety_seeking,
        involvement_basis,
        case involvement_basis
            when 'involvement' then says_little_involved
            when 'time spent' then spends_little_time
        end as is_little_involved
    from judged
)

select
    based.*,
    nullif(
        substr(
            ''
            {% for flag, words in barriers.items() %}
            || case when based.{{ flag }} then ', {{ words }}' else '' end
            {% endfor %}, 3
        ), ''
    ) as loyalty_barriers
from based
