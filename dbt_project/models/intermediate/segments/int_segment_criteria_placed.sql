-- One row per scheme, segment and criterion (scheme, segment, criterion): what the segment is like by it,
-- and its place among the segments of the scheme that can be chosen, 0 for the lowest to 1 for the
-- highest, equal ones in the middle of theirs. Places, not values: criteria have no common unit.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'least_customers' then value end) as least_customers
    from {{ ref('attractiveness_rules') }}
),

windows as (
    select cast(max(case when rule = 'margin_window_days' then value end) as double) as window_days
    from {{ ref('value_rules') }}
),

delivered as (
    select count(*) > 0 as has_consents from {{ ref('stg_crm__consents') }}
),

has_costs as (
    select bool_or(has_window_costs) as is_known from {{ ref('int_segment_results_summed') }}
),

-- Goods without a known cost earn the rate of those with one, as in segment_value.
measured as (
    select
        results.scheme,
        results.segment,
        results.customer_count,
        results.customer_count >= rules.least_customers
        and substring(results.segment, 1, 4) not in ('not_', 'not ') as is_choice,
        case
            when results.before_net_amount > 0
                then
                    cast(results.net_amount - results.before_net_amount as double)
                    / cast(results.before_net_amount as double)
        end as growth,
        -- Who bought nothing in the window earned nothing, and cost what is known.
        case
            when results.window_net_amount = 0 and has_costs.is_known
                then
                    (0 - cast(results.window_cost_amount as double))
                    / results.customer_count * 365 / windows.window_days
            when results.has_window_costs and results.window_costed_net_amount > 0
                then
                    (
                        cast(results.window_gross_margin_amount as double)
                        / cast(results.window_costed_net_amount as double)
                        * cast(results.window_net_amount as double)
                        - cast(results.window_cost_amount as double)
                    ) / results.customer_count * 365 / windows.window_days
        end as profit,
        case
            when delivered.has_consents
                then cast(results.reachable_count as double) / results.customer_count
        end as reach,
        cast(results.retained_count as double) / nullif(results.before_buyer_count, 0) as fit,
        run_context.currency_code
    from {{ ref('int_segment_results_summed') }} as results
    cross join rules
    cross join windows
    cross join has_costs
    cross join delivered
    cross join run_context
),

criteria as (
    {% for criterion, value, words in [
        ('size', 'cast(customer_count as double)', "cast(customer_count as string) || ' customers'"),
        ('growth', 'growth',
            "case when growth >= 0 then '+' else '' end "
            "|| cast(cast(round(100 * growth) as bigint) as string) || ' % sales'"),
        ('profit', 'profit',
            "cast(cast(profit as decimal(18, 2)) as string) || ' ' || currency_code || ' a year each'"),
        ('reach', 'reach', "cast(cast(round(100 * reach) as bigint) as string) || ' % may be addressed'"),
        ('fit', 'fit', "cast(cast(round(100 * fit) as bigint) as string) || ' % bought again'"),
    ] %}
    select
        scheme,
        segment,
        is_choice,
        '{{ criterion }}' as criterion,
        {{ value }} as value,
        {{ words }} as value_in_words
    from measured
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ordered as (
    select
        *,
        rank() over (
            partition by scheme, criterion, is_choice, value is null order by round(value, 9)
        ) - 1 as lower_count,
        count(*) over (partition by scheme, criterion, is_choice, round(value, 9)) - 1 as equal_count,
        count(*) over (partition by scheme, criterion, is_choice, value is null) - 1 as other_count
    from criteria
)

select
    scheme,
    segment,
    criterion,
    is_choice,
    value,
    value_in_words,
    case
        when is_choice and value is not null and other_count > 0
            then (lower_count + equal_count / 2e0) / other_count
    end as place
from ordered
