-- One row per customer of dim_customer without the unknown member (customer_key): the share of a
-- pound of net sales that is left after goods and every known variable cost, over the margin window.
-- The customer's own rate, bounded, weighs as many occasions as he had in the window, the base's
-- weighs margin_prior_occasions: few occasions stay close to the base, many speak for themselves,
-- and one odd amount cannot set the rate, which weighing by amounts would let it. Costs of the base
-- count whether or not their customer bought in the window: who buys has to earn them.
with
rules as (
    select
        cast(max(case when rule = 'margin_prior_occasions' then value end) as double)
            as prior_occasions,
        cast(max(case when rule = 'margin_floor_rate' then value end) as double) as floor_rate,
        cast(max(case when rule = 'margin_ceiling_rate' then value end) as double) as ceiling_rate
    from {{ ref('value_rules') }}
),

measured as (
    select
        sold.customer_key,
        not customers.is_test as is_base,
        sold.window_occasion_count,
        sold.has_window_costs,
        sold.has_known_window_costs,
        sold.window_assumed_in_words,
        sold.window_net_amount,
        sold.window_costed_net_amount,
        sold.window_gross_margin_amount,
        costs.window_cost_amount,
        costs.cost_reason
    from {{ ref('int_customers_gross_margin_summed') }} as sold
    inner join {{ ref('int_customers_costed') }} as costs
        on sold.customer_key = costs.customer_key
    inner join {{ ref('dim_customer') }} as customers
        on sold.customer_key = customers.customer_key
    where customers.customer_kind <> 'unknown'
),

base_sums as (
    select
        cast(sum(window_net_amount) as double) as net,
        cast(sum(window_costed_net_amount) as double) as costed_net,
        cast(sum(window_gross_margin_amount) as double) as gross_margin,
        cast(sum(window_cost_amount) as double) as cost,
        bool_or(has_window_costs) as has_costs,
        bool_or(has_known_window_costs) as has_known_costs,
        max('goods of unknown cost: a margin of ' || window_assumed_in_words || ' is assumed')
            as assumption
    from measured
    where is_base
),

-- Two ratios, because goods without a known cost have net and costs of serving, but no margin.
base as (
    select
        gross_margin / costed_net as gross_margin_rate,
        cost / net as cost_rate,
        has_known_costs,
        assumption
    from base_sums
    where has_costs and costed_net > 0 and net > 0
),

rated as (
    select
        measured.*,
        rules.*,
        base.gross_margin_rate - base.cost_rate as base_rate,
        base.has_known_costs,
        base.assumption,
        case
            when
                measured.window_occasion_count > 0
                and measured.has_window_costs
                and measured.window_costed_net_amount > 0
                and measured.window_net_amount > 0
                then
                    cast(measured.window_gross_margin_amount as double)
                    / cast(measured.window_costed_net_amount as double)
                    - cast(measured.window_cost_amount as double)
                    / cast(measured.window_net_amount as double)
        end as own_rate
    from measured
    cross join rules
    left join base on true
),

bounded as (
    select
        *,
        greatest(floor_rate, least(ceiling_rate, own_rate)) as bounded_own_rate
    from rated
)

select
    customer_key,
    cast(
        case
            when own_rate is null then base_rate
            else
                (window_occasion_count * bounded_own_rate + prior_occasions * base_rate)
                / (window_occasion_count + prior_occasions)
        end as decimal(9, 6)
    ) as margin_rate,
    case
        when base_rate is null then null
        when not has_known_costs then 'assumed'
        when own_rate is null then 'base'
        else 'own_shrunk'
    end as method,
    case
        when base_rate is null then 'no goods with a known cost were sold in the margin window'
        else nullif(concat_ws('; ', assumption, 'left out: ' || cost_reason), '')
    end as reason,
    cast(own_rate as decimal(18, 6)) as own_margin_rate,
    cast(base_rate as decimal(9, 6)) as base_margin_rate,
    coalesce(own_rate <> bounded_own_rate, false) as is_bounded,
    window_occasion_count
from bounded
