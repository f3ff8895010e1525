{#- Wilson's score interval of a share (Wilson 1927): `successes` of `n`, both numbers or columns;
    a weighted share comes with its effective n. `z` is the normal quantile of the level, 95 % unless
    said otherwise. Null where nobody was asked. Nobody gives exactly 0 as the lower end, everybody
    exactly 1 as the upper; twelve decimals, so that the last bits of a root are in no publication. -#}
{% macro wilson_low(successes, n, z=1.959963984540054) -%}
    case
        when {{ n }} > 0 and {{ successes }} <= 0 then 0e0
        when {{ n }} > 0
            then round({{ wilson_centre(successes, n, z) }} - {{ wilson_half_width(successes, n, z) }}, 12)
    end
{%- endmacro %}

{% macro wilson_high(successes, n, z=1.959963984540054) -%}
    case
        when {{ n }} > 0 and {{ successes }} >= {{ n }} then 1e0
        when {{ n }} > 0
            then round({{ wilson_centre(successes, n, z) }} + {{ wilson_half_width(successes, n, z) }}, 12)
    end
{%- endmacro %}

{% macro wilson_centre(successes, n, z) -%}
    (cast({{ successes }} as double) + {{ z * z / 2 }}e0) / (cast({{ n }} as double) + {{ z * z }}e0)
{%- endmacro %}

{% macro wilson_half_width(successes, n, z) -%}
    {{ z }}e0 / (cast({{ n }} as double) + {{ z * z }}e0) * sqrt(
        cast({{ successes }} as double)
        * (cast({{ n }} as double) - cast({{ successes }} as double))
        / cast({{ n }} as double) + {{ z * z / 4 }}e0
    )
{%- endmacro %}
