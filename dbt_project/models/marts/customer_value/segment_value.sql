-- One row per segment of the base (segment_kind, segment), at the as-of date: what an active customer
-- is still worth by yearly margin and retention alone, m r / (1 + i - r) - AC (C10), and what the
-- purchase model says of the same customers. For thin data and as a check of customer_clv.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'annual_discount_rate' then value end) as double)
            as discount_rate,
        max(case when rule = 'margin_window_days' then value end) as window_days,
        max(case when rule = 'segment_least_customers' then value end) as least_customers
    from {{ ref('value_rules') }}
),

-- Goods without a known cost earn the rate of those with one.
measured as (
    select
        retained.*,
        costed.acquisition_cost_amount,
        rules.discount_rate,
        least(retained.at_risk_count, retained.active_customer_count) < rules.least_customers
            as is_small,
        cast(retained.retained_count as double) / nullif(retained.at_risk_count, 0)
            as retention_rate,
        case
            when
                retained.has_window_costs
                and retained.window_costed_net_amount > 0
                and retained.active_customer_count > 0
                then
                    (
                        cast(retained.window_gross_margin_amount as double)
                        / cast(retained.window_costed_net_amount as double)
                        * cast(retained.window_net_amount as double)
                        - cast(retained.window_cost_amount as double)
                    )
                    / retained.active_customer_count
                    * 365 / cast(rules.window_days as double)
        end as yearly_profit
    from {{ ref('int_segments_retained') }} as retained
    left join {{ ref('int_segments_costed') }} as costed
        on
            retained.segment_kind = costed.segment_kind
            and retained.segment = costed.segment
    cross join rules
),

modelled as (
    select
        segments.segment_kind,
        segments.segment,
        count(clv.clv_infinite_amount) as modelled_customer_count,
        sum(clv.clv_365d_amount) as clv_365d_amount,
        sum(clv.clv_infinite_amount) as clv_infinite_amount
    from {{ ref('int_customers_segmented') }} as segments
    inner join {{ ref('customer_clv') }} as clv on segments.customer_key = clv.customer_key
    inner join {{ ref('customer_cbs') }} as histories
        on segments.customer_key = histories.customer_key
    where histories.t_days - histories.t_x_days < 365
    group by segments.segment_kind, segments.segment
),

valued as (
    select
        measured.*,
        measured.retention_rate / (1 + measured.discount_rate - measured.retention_rate)
            as margin_multiple,
        coalesce(modelled.modelled_customer_count, 0) as modelled_customer_count,
        cast(modelled.clv_365d_amount as double) / nullif(modelled.modelled_customer_count, 0)
            as model_365d,
        cast(modelled.clv_infinite_amount as double) / nullif(modelled.modelled_customer_count, 0)
            as model_infinite
    from measured
    left join modelled
        on
            measured.segment_kind = modelled.segment_kind
            and measured.segment = modelled.segment
)

select
    valued.segment_kind,
    valued.segment,
    run_context.as_of_date,
    valued.customer_count,
    valued.active_customer_count,
    valued.at_risk_count,
    valued.retained_count,
    round(valued.retention_rate, 6) as retention_rate,
    cast(valued.yearly_profit as decimal(18, 4)) as yearly_profit_amount,
    round(valued.margin_multiple, 6) as margin_multiple,
    cast(valued.yearly_profit * valued.margin_multiple as decimal(18, 4))
        as residual_value_amount,
    valued.acquisition_cost_amount,
    cast(
        valued.yearly_profit * valued.margin_multiple
        - cast(valued.acquisition_cost_amount as double) as decimal(18, 4)
    ) as simple_clv_amount,
    nullif(concat_ws(
        '; ',
        case when valued.yearly_profit is null then 'margin: no cost of goods sold is known' end,
        case when valued.at_risk_count = 0 then 'retention: nobody bought in the year before' end,
        case
            when valued.acquisition_cost_amount is not null then null
            when valued.segment_kind = 'region' then 'acquisition: spend is not known by region'
            else 'acquisition: no spend to win customers, or nobody won by it, is delivered'
        end
    ), '') as simple_clv_reason,
    valued.is_small,
    cast(valued.modelled_customer_count as bigint) as modelled_customer_count,
    cast(valued.model_365d as decimal(18, 4)) as model_365d_amount,
    cast(valued.model_infinite as decimal(18, 4)) as model_infinite_amount,
    round(valued.yearly_profit * valued.margin_multiple / nullif(valued.model_infinite, 0), 6)
        as value_to_model_ratio,
    run_context.currency_code
from valued
cross join run_context
