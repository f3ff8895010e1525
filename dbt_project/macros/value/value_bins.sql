{#- The ladder of amounts that values are binned by, 1 to 7 million in the reporting currency, six steps
    for each power of ten. A fixed ladder, so that two dates and two measures compare. -#}
{% macro value_bin_edges() -%}
    {%- set edges = [] -%}
    {%- for zeros in range(7) -%}
    {%- for tenths in [10, 15, 20, 30, 50, 70] -%}
    {%- do edges.append(tenths * 10 ** zeros / 10) -%}
    {%- endfor -%}
    {%- endfor -%}
    {{ return(edges) }}
{%- endmacro %}

{#- Bin of an amount: 0 for exactly 0, 1 below the first edge, one more at each edge; negative amounts
    have the bin of their size below 0. -#}
{% macro value_bin(amount) -%}
    {%- set edges = value_bin_edges() -%}
    sign({{ amount }}) * case
        {%- for edge in edges %}
        when abs({{ amount }}) < {{ edge }} then {{ loop.index }}
        {%- endfor %}
        else {{ edges | length + 1 }}
    end
{%- endmacro %}

{#- The edge of a bin that is nearer to 0, or the one farther from it (null for the last bin). -#}
{% macro value_bin_edge(bin, which) -%}
    {%- set edges = value_bin_edges() -%}
    {%- set shift = 2 if which == 'near' else 1 -%}
    cast(sign({{ bin }}) * case abs({{ bin }})
        when 0 then 0
        {%- if which == 'near' %}
        when 1 then 0
        {%- endif %}
        {%- for edge in edges %}
        when {{ loop.index0 + shift }} then {{ edge }}
        {%- endfor %}
    end as decimal(18, 4))
{%- endmacro %}
