{#- Newcombe's interval (1998, method 10) of the difference of two independent shares, first minus
    second, from their Wilson intervals, to twelve decimals. Null where either group is empty.
    `successes` and `n` are numbers or columns, `z` the normal quantile of the level. -#}
{% macro difference_low(successes_1, n_1, successes_2, n_2, z=1.959963984540054) -%}
    round({{ share_of_counts(successes_1, n_1) }} - {{ share_of_counts(successes_2, n_2) }} - sqrt(
        power({{ share_of_counts(successes_1, n_1) }} - {{ wilson_low(successes_1, n_1, z) }}, 2)
        + power({{ wilson_high(successes_2, n_2, z) }} - {{ share_of_counts(successes_2, n_2) }}, 2)
    ), 12)
{%- endmacro %}

{% macro difference_high(successes_1, n_1, successes_2, n_2, z=1.959963984540054) -%}
    round({{ share_of_counts(successes_1, n_1) }} - {{ share_of_counts(successes_2, n_2) }} + sqrt(
        power({{ wilson_high(successes_1, n_1, z) }} - {{ share_of_counts(successes_1, n_1) }}, 2)
        + power({{ share_of_counts(successes_2, n_2) }} - {{ wilson_low(successes_2, n_2, z) }}, 2)
    ), 12)
{%- endmacro %}

{% macro share_of_counts(successes, n) -%}
    cast({{ successes }} as double) / nullif(cast({{ n }} as double), 0e0)
{%- endmacro %}
