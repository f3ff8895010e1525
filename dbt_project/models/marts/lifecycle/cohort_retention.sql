-- One row per first-purchase month and age in calendar months, up to the as-of date, months without
-- a purchase included. Net amounts hold return adjustments in their own month; those before the
-- first purchase (credit notes for purchases before the data began) are in age 0, so that the
-- cohorts add up to the net amount of all buyers. Margin is that of goods of known or assumed cost.
-- Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

months as (
    select distinct period_start_date as activity_month
    from {{ ref('int_periods_spanned') }}
    where period_kind = 'month'
),

cohorts as (
    select
        cohort_month,
        active_customer_count as cohort_size
    from {{ ref('int_cohorts_summed') }}
    where activity_month = cohort_month
),

triangle as (
    select
        cohorts.cohort_month,
        months.activity_month,
        cohorts.cohort_size,
        {% for column in [
            'active_customer_count', 'order_count', 'net_amount', 'gross_margin_amount',
            'uncosted_line_count',
        ] %}
        coalesce(sums.{{ column }}, 0) as {{ column }},
        {% endfor %}
        coalesce(sums.costed_line_count, 0) as costed_line_count
    from cohorts
    inner join months on cohorts.cohort_month <= months.activity_month
    left join {{ ref('int_cohorts_summed') }} as sums
        on
            cohorts.cohort_month = sums.cohort_month
            and months.activity_month = sums.activity_month
),

cumulated as (
    select
        *,
        {% for column in [
            'net_amount', 'gross_margin_amount', 'uncosted_line_count',
        ] %}
        sum({{ column }}) over history as cumulative_{{ column }},
        {% endfor %}
        sum(costed_line_count) over history as cumulative_costed_line_count
    from triangle
    window history as (
        partition by cohort_month
        order by activity_month
        rows between unbounded preceding and current row
    )
)

select
    cumulated.cohort_month,
    cast({{ calendar_months_between('cumulated.cohort_month', 'cumulated.activity_month') }}
        as integer) as age_months,
    cumulated.activity_month,
    run_context.as_of_date,
    cast(cumulated.cohort_size as bigint) as cohort_size,
    cast(cumulated.active_customer_count as bigint) as active_customer_count,
    cast(cumulated.active_customer_count as double) / cumulated.cohort_size as retention_rate,
    cast(cumulated.order_count as bigint) as order_count,
    cast(cumulated.net_amount as decimal(18, 4)) as net_amount,
    cast(cumulated.cumulative_net_amount as decimal(18, 4)) as cumulative_net_amount,
    -- Goods were bought, and the cost of none is known: no margin, rather than 0.
    {% for prefix in ['', 'cumulative_'] %}
    case
        when cumulated.{{ prefix }}uncosted_line_count = 0 or cumulated.{{ prefix }}costed_line_count > 0
            then cast(cumulated.{{ prefix }}gross_margin_amount as decimal(18, 4))
    end as {{ prefix }}gross_margin_amount,
    {% endfor %}
    case
        when cumulated.cumulative_uncosted_line_count = 0 then null
        when cumulated.cumulative_costed_line_count = 0 then 'no line has a known cost'
        when run_context.assumed_margin_rate is not null
            then 'a margin of ' || {{ rate_in_words('run_context.assumed_margin_rate') }}
                || ' is assumed for goods of unknown cost'
        else 'lines without a known cost are left out'
    end as gross_margin_reason,
    run_context.currency_code,
    {{ is_running_period("'month'", 'cumulated.activity_month', 'run_context.as_of_date') }}
        as is_partial
from cumulated
cross join run_context
