-- One row per known customer and category it ever bought from, and one over all of them (category 'all
-- categories', which gives the customer's type), at the as-of date: type of loyalty, cell of attitude and
-- behaviour, the evidence, the rule that decided, and what stands in the way of loyalty.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- Ranked by themselves: a window carries every column that it is given.
ranked as (
    select
        customer_key,
        category,
        row_number() over (
            partition by customer_key
            order by net_amount desc, history_net_amount desc, category asc
        ) as category_rank
    from {{ ref('int_loyalty_types_judged') }}
    where category <> 'all categories'
),

mains as (
    select
        customer_key,
        category
    from ranked
    where category_rank = 1
),

judged as (
    select
        types.*,
        run_context.as_of_date,
        run_context.currency_code,
        cast(windows.value as integer) as window_days,
        barriers.value_ratio,
        barriers.has_competitive_parity,
        coalesce(barriers.choice_purchase_count, 0) as choice_purchase_count,
        barriers.choice_evenness_rate,
        barriers.is_variety_seeking,
        coalesce(barriers.timed_order_count, 0) as timed_order_count,
        barriers.median_effort_ratio,
        barriers.involvement_basis,
        barriers.is_little_involved,
        barriers.loyalty_barriers,
        mains.category is not null as is_main_category
    from {{ ref('int_loyalty_types_judged') }} as types
    cross join run_context
    cross join {{ ref('loyalty_rules') }} as windows
    left join {{ ref('int_loyalty_barriers_judged') }} as barriers
        on types.customer_key = barriers.customer_key and types.category = barriers.category
    left join mains on types.customer_key = mains.customer_key and types.category = mains.category
    where windows.rule = 'loyalty_window_days'
)

select
    customer_key,
    as_of_date,
    category,
    is_main_category,
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
    cast(timed_order_count as bigint) as timed_order_count,
    median_effort_ratio,
    involvement_basis,
    is_little_involved,
    loyalty_barriers,
    currency_code
from judged
