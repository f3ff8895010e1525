-- One row per measure and quantile: the values that the RFM scores of the as-of date are cut at.
-- Discrete quantiles over the customers with an occasion, test customers left out.
{% set measures = {
    'r': '-days_since_last_order', 'f': 'occasion_count', 'm': 'net_amount'
} %}
{% set percents = [20, 40, 60, 80] %}
with
measured as (
    select * from {{ ref('int_customers_rfm_measured') }}
    where not is_test_customer
),

quantiles as (
    select
        count(*) as customer_count
        {%- for measure, expression in measures.items() -%}
        {%- for percent in percents %},
        {{ quantile_discrete(expression, percent / 100) }} as {{ measure }}_{{ percent }}
        {%- endfor -%}
            {%- endfor %}
    from measured
),

cut_points as (
    {% for measure in measures -%}
    {% set outer_last = loop.last -%}
    {% for percent in percents -%}
    select
        '{{ measure }}' as measure,
        {{ percent }} as quantile_percent,
        cast({{ measure }}_{{ percent }} as decimal(18, 4)) as cut_value,
        customer_count
    from quantiles
    {% if not (outer_last and loop.last) -%}
    union all
    {% endif -%}
    {% endfor -%}
    {% endfor %}
),

run_context as (
    select * from {{ source('raw', 'run_context') }}
)

select
    run_context.as_of_date,
    cut_points.measure,
    cast(cut_points.quantile_percent as integer) as quantile_percent,
    cut_points.cut_value,
    cast(cut_points.customer_count as bigint) as customer_count,
    coalesce(cut_points.cut_value = lag(cut_points.cut_value) over (
        partition by cut_points.measure order by cut_points.quantile_percent
    ), false) as is_tied_with_previous,
    'quintiles-1/' || cast(run_context.as_of_date as string) as cut_version
from cut_points
cross join run_context
where cut_points.customer_count > 0
