{#- Expected spend per purchase occasion given the mean of `count` observed ones (Fader & Hardie
    2013, Gamma-Gamma): p (v + count * mean) / (p * count + q - 1). Null where the population has no
    mean (q <= 1) or no model. -#}
{% macro expected_spend(p, q, v, count, mean_amount) -%}
case
    when {{ q }} > 1
        then
            {{ p }} * ({{ v }} + {{ count }} * coalesce(cast({{ mean_amount }} as double), 0))
            / ({{ p }} * {{ count }} + {{ q }} - 1)
end
{%- endmacro %}
