{#- Half the width of Welch's interval (1947) of the difference of two means, from the variances and
    numbers of both groups: Student's t with the degrees of freedom of Welch and Satterthwaite, by
    Wallace's approximation (normal_score.sql). Null where a group has fewer than two or nothing
    varies. `score` is the normal quantile of the level, 95 % unless said otherwise. -#}
{% macro welch_half_width(variance_1, n_1, variance_2, n_2, score=1.959963984540054) -%}
    round(
        sqrt({{ variance_of_means(variance_1, n_1, variance_2, n_2) }})
        * {{ student_limit(score, welch_degrees(variance_1, n_1, variance_2, n_2)) }},
        12
    )
{%- endmacro %}

{% macro variance_of_means(variance_1, n_1, variance_2, n_2) -%}
    ({{ variance_1 }} / nullif({{ n_1 }}, 0) + {{ variance_2 }} / nullif({{ n_2 }}, 0))
{%- endmacro %}

{% macro welch_degrees(variance_1, n_1, variance_2, n_2) -%}
    (
        power({{ variance_of_means(variance_1, n_1, variance_2, n_2) }}, 2)
        / nullif(
            power({{ variance_1 }} / nullif({{ n_1 }}, 0), 2) / nullif({{ n_1 }} - 1, 0)
            + power({{ variance_2 }} / nullif({{ n_2 }}, 0), 2) / nullif({{ n_2 }} - 1, 0),
            0
        )
    )
{%- endmacro %}

{#- Variance (n - 1) of n amounts from their exact sum and sum of squares, as a number; null below two. -#}
{% macro variance_of_sums(total, squares, n) -%}
    case
        when {{ n }} > 1
            then greatest(
                cast({{ squares }} as double)
                - cast({{ total }} as double) * cast({{ total }} as double) / {{ n }},
                0e0
            ) / ({{ n }} - 1)
    end
{%- endmacro %}
