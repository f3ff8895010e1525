{#- The stored cut points with the score that a value at one of them has, and one above it. -#}
{% macro rfm_cut_points_scored() -%}
select
    cuts.measure,
    cuts.quantile_percent,
    cuts.cut_value,
    greatest(cast(abs(cuts.cut_value) as double), 1) as cut_size,
    1 + count(case when others.cut_value < cuts.cut_value then 1 end) as score_at,
    1 + count(case when others.cut_value <= cuts.cut_value then 1 end) as score_above
from {{ ref('rfm_cut_point') }} as cuts
inner join {{ ref('rfm_cut_point') }} as others on cuts.measure = others.measure
group by cuts.measure, cuts.quantile_percent, cuts.cut_value
{%- endmacro %}
