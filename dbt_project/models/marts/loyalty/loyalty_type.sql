-- One row per known customer and category it ever bought from, and one over all of them (category 'all
-- categories', which gives the customer's type), at the as-of date: type of loyalty, cell of attitude and
-- behaviour, the evidence, the rule that decided, and what stands in the way of loyalty.
{%- set rules = [
    'parity_max_gap_rate', 'variety_min_purchases', 'variety_min_evenness_rate',
    'low_involvement_max',
] %}
{%- set barriers = {
    'has_competitive_parity': 'competitive parity', 'is_variety_seeking': 'variety seeking',
    'is_little_involved': 'low involvement',
} %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        {% for rule in rules %}
        max(case when types.rule = '{{ rule }}' then types.value end) as {{ rule }},
        {% endfor %}
        max(case when windows.rule = 'loyalty_window_days' then cast(windows.value as integer) end)
            as window_days
    from {{ ref('loyalty_type_rules') }} as types
    cross join {{ ref('loyalty_rules') }} as windows
),

judged as (
    select
        types.*,
        run_context.as_of_date,
        run_context.currency_code,
        rules.window_days,
        perceived.value_ratio,
        varied.choice_evenness_rate,
        coalesce(varied.choice_purchase_count, 0) as choice_purchase_count,
        -- As good as the best alternative: by both ratings, else by an answer in the middle of the scale.
        coalesce(
            abs(perceived.value_ratio - 1) <= rules.parity_max_gap_rate,
            abs(types.best_choice_score - 50) <= 100 * rules.parity_max_gap_rate
        ) as has_competitive_parity,
        case
            when varied.choice_purchase_count >= rules.variety_min_purchases
                then varied.choice_evenness_rate >= rules.variety_min_evenness_rate
        end as is_variety_seeking,
        types.involvement_score <= rules.low_involvement_max as is_little_involved,
        row_number() over (
            partition by types.customer_key
            order by
                case when types.category = 'all categories' then 1 else 0 end asc,
                types.net_amount desc,
                types.history_net_amount desc,
                types.category asc
        ) as category_rank
    from {{ ref('int_loyalty_types_judged') }} as types
    cross join rules
    cross join run_context
    left join {{ ref('survey_value') }} as perceived
        on types.customer_key = perceived.customer_key and perceived.is_latest
    left join {{ ref('int_customer_categories_varied') }} as varied
        on types.customer_key = varied.customer_key and types.category = varied.category
)

select
    customer_key,
    as_of_date,
    category,
    category <> 'all categories' and category_rank = 1 as is_main_category,
    loyalty_type,
    matrix_cell,
    loyalty_rule,
    {{ loyalty_reason() }} as loyalty_reason,
    repeat_driver,
    attitude_basis,
    attachment_score,
    recommendation_score,
    is_attached,
    first_purchase_date,
    cast(occasion_count as bigint) as occasion_count,
    cast(often_from_count as bigint) as often_from_count,
    cast(category_buyer_count as bigint) as category_buyer_count,
    is_repeating,
    cast(net_amount as decimal(18, 4)) as net_amount,
    sole_source_share_rate,
    sole_source_share_reason,
    switching_score,
    {% for share, unknown in [
        ('promotion_share', "case when promotion_known_net_amount is null then "
            ~ "'no promotions or discounts are delivered' else 'nothing is left after returns' end"),
        ('one_store_share', "'no order says where it was placed'"),
        ('reward_share', 'redemption_reason'),
    ] %}
    {{ share }}_rate,
    case
        when {{ share }}_rate is null and occasion_count = 0
            then 'no purchase in the last ' || cast(window_days as string) || ' days'
        when {{ share }}_rate is null then {{ unknown }}
    end as {{ share }}_reason,
    {% endfor %}
    top_store_id,
    cast(known_cause_count as bigint) as known_cause_count,
    value_ratio,
    best_choice_score,
    has_competitive_parity,
    cast(choice_purchase_count as bigint) as choice_purchase_count,
    choice_evenness_rate,
    is_variety_seeking,
    involvement_score,
    is_little_involved,
    nullif(
        substr(
            ''
            {% for flag, words in barriers.items() %}
            || case when {{ flag }} then ', {{ words }}' else '' end
            {% endfor %}, 3
        ), ''
    ) as loyalty_barriers,
    currency_code
from judged
