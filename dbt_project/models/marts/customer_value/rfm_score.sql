-- One row per customer with a purchase occasion in the RFM window, at the as-of date. A score is 1
-- plus the number of stored cut points strictly below the value (for R: of minus the days), so
-- equal customers have equal scores and ties share the lower bin.
{% set percents = [20, 40, 60, 80] %}
{% set values = {
    'r': '-measured.days_since_last_order',
    'f': 'measured.occasion_count',
    'm': 'measured.net_amount',
} %}
with
measured as (
    select * from {{ ref('int_customers_rfm_measured') }}
),

cut_points as (
    select
        as_of_date,
        cut_version
        {%- for measure in ['r', 'f', 'm'] -%}
        {%- for percent in percents %},
        max(case
            when measure = '{{ measure }}' and quantile_percent = {{ percent }} then cut_value
        end) as {{ measure }}_{{ percent }}
        {%- endfor -%}
        {%- endfor %}
    from {{ ref('rfm_cut_point') }}
    group by as_of_date, cut_version
),

scored as (
    select
        {% for measure, value in values.items() %}
        1
        {% for percent in percents %}
        + case when cut_points.{{ measure }}_{{ percent }} < {{ value }} then 1 else 0 end
        {% endfor %} as {{ measure }}_score,
        {% endfor %}
        measured.*,
        cut_points.as_of_date,
        cut_points.cut_version
    from measured
    cross join cut_points
),

combined as (
    select
        *,
        -- mean of F and M, halves up
        cast(floor(cast(f_score + m_score + 1 as double) / 2) as integer) as fm_score
    from scored
)

select
    combined.customer_key,
    combined.as_of_date,
    combined.days_since_last_order,
    combined.occasion_count,
    combined.net_amount,
    cast(combined.r_score as integer) as r_score,
    cast(combined.f_score as integer) as f_score,
    cast(combined.m_score as integer) as m_score,
    combined.fm_score,
    cast(combined.r_score as string) || cast(combined.f_score as string)
    || cast(combined.m_score as string) as rfm_cell,
    rfm_groups.rfm_group,
    combined.cut_version
from combined
left join {{ ref('rfm_groups') }} as rfm_groups
    on combined.r_score = rfm_groups.r_score and combined.fm_score = rfm_groups.fm_score
