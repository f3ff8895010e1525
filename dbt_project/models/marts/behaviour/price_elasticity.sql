-- One row per segment, at the as-of date: price elasticity of demand, the slope of ln(units) on
-- ln(price) over product months, each product measured from its own mean (so that dear products are
-- not compared with cheap ones), and repeat purchases after price rises. Months without a sale have no
-- price and are not in it; seasons are not modelled.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'elasticity_min_observations' then value end) as min_observations,
        max(case when rule = 'price_repeat_min_expected' then value end) as min_expected
    from {{ ref('behaviour_rules') }}
),

pooled as (
    select * from {{ ref('int_segments_demand_pooled') }}
),

repeats as (
    select * from {{ ref('int_segments_repeats_counted') }}
),

segments as (
    select
        'all' as segment_kind,
        'all' as segment
    union
    select
        segment_kind,
        segment
    from {{ ref('int_product_months_priced') }}
    union
    select
        segment_kind,
        segment
    from repeats
),

joined as (
    select
        segments.segment_kind,
        segments.segment,
        coalesce(pooled.observation_count, 0) as observation_count,
        coalesce(pooled.product_count, 0) as product_count,
        coalesce(pooled.observation_count, 0) >= rules.min_observations as has_enough_months,
        pooled.sxx,
        pooled.syy,
        pooled.sxy / nullif(pooled.sxx, 0) as slope,
        greatest(pooled.syy - pooled.sxy * pooled.sxy / nullif(pooled.sxx, 0), 0) as residual_sum,
        nullif(greatest(pooled.observation_count - pooled.product_count - 1, 0), 0) as freedom,
        coalesce(repeats.risen_count, 0) as risen_count,
        coalesce(repeats.risen_repeat_count, 0) as risen_repeat_count,
        coalesce(repeats.steady_count, 0) as steady_count,
        coalesce(repeats.steady_repeat_count, 0) as steady_repeat_count,
        -- Repeats to be expected after rises, if these changed nothing.
        coalesce(
            repeats.risen_count * repeats.steady_repeat_count
            >= rules.min_expected * repeats.steady_count and repeats.steady_count > 0,
            false
        ) as has_enough_rises
    from segments
    cross join rules
    left join pooled
        on segments.segment_kind = pooled.segment_kind and segments.segment = pooled.segment
    left join repeats
        on segments.segment_kind = repeats.segment_kind and segments.segment = repeats.segment
)

select
    run_context.as_of_date,
    joined.segment_kind,
    joined.segment,
    cast(joined.observation_count as bigint) as observation_count,
    cast(joined.product_count as bigint) as product_count,
    case when joined.has_enough_months then joined.slope end as elasticity,
    case when joined.has_enough_months then sqrt(joined.residual_sum / joined.freedom / joined.sxx) end
        as elasticity_se,
    case
        when not joined.has_enough_months then 'too few product months with a repeated product'
        when joined.sxx <= 0 then 'no product has changed its price'
        when joined.freedom is null then 'no degree of freedom is left for the error'
    end as elasticity_reason,
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
    end as price_tolerance_reason
from joined
cross join run_context
