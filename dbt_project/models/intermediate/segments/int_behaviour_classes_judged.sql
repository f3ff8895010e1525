-- One row per customer of dim_customer, the unknown member left out: the behaviour class (J4) that today's facts
-- give by the precedence of seed behaviour_classes, and the smallest change that leads into another. Sizes
-- compare as shares: days of the window, purchase days of those in it, amounts of the spend in it.
with
changes as (
    select
        *,
        max(case when change = 'none' then class_rank end) over (partition by customer_key) as raw_rank
    from {{ ref('int_behaviour_changes_classed') }}
),

exits as (
    select
        *,
        row_number() over (
            partition by customer_key
            order by
                size_share asc,
                case change when 'no purchase' then 1 when 'purchase' then 2 else 3 end asc,
                size asc,
                change asc
        ) as nearness
    from changes
    where class_rank <> raw_rank
),

joined as (
    select
        foreseen.*,
        histories.first_date,
        histories.last_date,
        histories.returned_date,
        histories.promoter_since_date,
        histories.referred_date,
        histories.recommends_until_date,
        histories.currency_code,
        today.raw_rank,
        exits.class_rank as exit_rank,
        exits.change,
        exits.size,
        exits.size_share,
        cast({{ dbt.dateadd('day', 'cast(exits.size as integer)', 'histories.as_of_date') }} as date)
            as exit_date
    from {{ ref('int_customers_foreseen') }} as foreseen
    inner join {{ ref('int_customers_histories_dated') }} as histories
        on foreseen.customer_key = histories.customer_key
    inner join changes as today
        on foreseen.customer_key = today.customer_key and today.change = 'none'
    left join exits on foreseen.customer_key = exits.customer_key and exits.nearness = 1
    where foreseen.ahead_days = 0
),

classed as (
    select
        joined.*,
        classes.behaviour_class,
        exit_classes.behaviour_class as exit_class
    from joined
    inner join {{ ref('behaviour_classes') }} as classes on joined.raw_rank = classes.precedence
    left join {{ ref('behaviour_classes') }} as exit_classes on joined.exit_rank = exit_classes.precedence
)

select
    classed.customer_key,
    'behaviour_class' as scheme,
    classed.behaviour_class as raw_segment,
    {{ behaviour_reason() }} as segment_reason,
    classed.exit_class as nearest_segment,
    cast(classed.size as double) as distance_to_exit,
    case
        when classed.change = 'no purchase' then 'days'
        when classed.change in ('purchase', 'recommendation') then 'occasions'
        when classed.change like '% purchase' then 'amount'
    end as distance_unit,
    classed.size_share as clear_rate,
    {{ change_in_words('without promotion', behaviour_waiting()) }} || ': ' || {{ segment_in_words('classed.exit_class') }}
        as exit_condition
from classed
