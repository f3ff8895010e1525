-- One row per scheme and held segment (scheme, segment), at the as-of date: how attractive the segment is
-- as a target market beside the others of its scheme, by size, growth, profit, reach and fit.
{%- set criteria = ['size', 'growth', 'profit', 'reach', 'fit'] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'least_customers' then value end) as least_customers,
        max(case when rule = 'least_coverage' then value end) as least_coverage
    from {{ ref('attractiveness_rules') }}
),

weighed as (
    select
        placed.*,
        weights.weight,
        cast(placed.place as decimal(9, 6)) * weights.weight as points,
        row_number() over (
            partition by placed.scheme, placed.segment, placed.place is null
            order by placed.place desc, weights.weight desc, placed.criterion asc
        ) as best_rank,
        row_number() over (
            partition by placed.scheme, placed.segment, placed.place is null
            order by placed.place asc, weights.weight desc, placed.criterion asc
        ) as worst_rank
    from {{ ref('int_segment_criteria_placed') }} as placed
    inner join {{ ref('attractiveness_weights') }} as weights
        on placed.criterion = weights.criterion
),

summed as (
    select
        scheme,
        segment,
        {% for criterion in criteria %}
        max(case when criterion = '{{ criterion }}' then value end) as {{ criterion }}_value,
        max(case when criterion = '{{ criterion }}' then place end) as {{ criterion }}_place,
        {% endfor %}
        max(case when place > 0.5 and best_rank = 1 then criterion || ' (' || value_in_words || ')' end)
            as best_criterion,
        max(case when place < 0.5 and worst_rank = 1 then criterion || ' (' || value_in_words || ')' end)
            as worst_criterion,
        cast(sum(points) as double) as points,
        cast(sum(case when place is not null then weight else 0 end) as double) as known_weight,
        cast(sum(weight) as double) as weight,
        bool_or(is_choice) as is_choice
    from weighed
    group by scheme, segment
),

scored as (
    select
        summed.*,
        summed.known_weight / nullif(summed.weight, 0) as coverage_rate,
        case
            when summed.known_weight / nullif(summed.weight, 0) >= rules.least_coverage
                then round(100 * summed.points / summed.known_weight, 6)
        end as score,
        case
            when substring(summed.segment, 1, 4) in ('not_', 'not ')
                then 'customers of whom nothing is known are no target'
            when not summed.is_choice
                then 'fewer than ' || cast(cast(rules.least_customers as integer) as string) || ' customers'
            when summed.known_weight = 0 then 'no other segment of the scheme to compare with'
            when summed.known_weight / nullif(summed.weight, 0) < rules.least_coverage
                then 'too little of what counts is known'
        end as score_reason
    from summed
    cross join rules
),

ranked as (
    select
        *,
        count(score) over (partition by scheme) as ranked_count,
        row_number() over (
            partition by scheme, score is null order by score desc, size_value desc, segment asc
        ) as place
    from scored
)

select
    ranked.scheme,
    ranked.segment,
    run_context.as_of_date,
    cast(ranked.size_value as bigint) as customer_count,
    ranked.growth_value as sales_growth_rate,
    cast(ranked.profit_value as decimal(18, 4)) as yearly_profit_amount,
    ranked.reach_value as reachable_rate,
    ranked.fit_value as repurchase_rate,
    {% for criterion in criteria %}
    round(ranked.{{ criterion }}_place, 6) as {{ criterion }}_place,
    {% endfor %}
    ranked.score as attractiveness_score,
    ranked.score_reason,
    round(ranked.coverage_rate, 6) as coverage_rate,
    cast(case when ranked.score is not null then ranked.place end as integer) as attractiveness_rank,
    case
        when ranked.score is not null
            then
                'rank ' || cast(ranked.place as string) || ' of ' || cast(ranked.ranked_count as string)
                || ': ' || coalesce(nullif(concat_ws(
                    ', ',
                    'strongest in ' || ranked.best_criterion,
                    'weakest in ' || ranked.worst_criterion
                ), ''), 'in the middle by everything')
    end as rank_reason,
    nullif(concat_ws(
        '; ',
        case when ranked.growth_value is null then 'growth: nothing was bought in the year before' end,
        case when ranked.profit_value is null then 'profit: no cost of goods sold is known' end,
        case when ranked.reach_value is null then 'reach: no consents are delivered' end,
        case when ranked.fit_value is null then 'fit: nobody bought in the year before' end
    ), '') as criteria_reason,
    run_context.currency_code
from ranked
cross join run_context
