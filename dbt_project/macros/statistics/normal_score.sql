{#- Standard normal score of Student's `t` with `degrees` of freedom, to six decimals: the same tail, to
    about 0.02, by Wallace's approximation (1959), in which Hawkins and Olwell state the self-starting
    CUSUM (1998). `student_limit` is its inverse for scores above 0. -#}
{% macro normal_score(t, degrees) -%}
    cast(
        sign({{ t }}) * (8 * ({{ degrees }}) + 1) / cast(8 * ({{ degrees }}) + 3 as double)
        * sqrt(({{ degrees }}) * ln(1 + {{ t }} * {{ t }} / ({{ degrees }}))) as decimal(18, 6)
    )
{%- endmacro %}

{% macro student_limit(score, degrees) -%}
    {%- set wide -%}
    (cast({{ score }} as double) * (8 * ({{ degrees }}) + 3) / (8 * ({{ degrees }}) + 1))
    {%- endset -%}
    sqrt(({{ degrees }}) * (exp({{ wide }} * {{ wide }} / ({{ degrees }})) - 1))
{%- endmacro %}
