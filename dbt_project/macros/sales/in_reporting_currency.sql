{#- An amount (decimal, at most 4 digits behind the point) at a rate of exchange. Products of money and
    rates are computed in 128 bits (int_fx_rates_filled), which cost several times all else of a line.
    Most lines are in the reporting currency, whose rate is 1, and change nothing; what surely stays
    below a million fits into 64 bits with all its digits. -#}
{% macro in_reporting_currency(amount, rate, scale=4) -%}
    case
        when {{ rate }} = 1 then cast({{ amount }} as decimal(18, {{ scale }}))
        when {{ amount }} between -99999 and 99999 and {{ rate }} between 0 and 9
            then
                cast(
                    cast({{ amount }} as decimal(18, 4)) * cast({{ rate }} as decimal(18, 8))
                    as decimal(18, {{ scale }})
                )
        else cast({{ amount }} * {{ rate }} as decimal(18, {{ scale }}))
    end
{%- endmacro %}
