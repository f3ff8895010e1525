{#- Part of the change of a product that its factor `of` accounts for: Shapley's mean over all orders
    in which the factors could have changed one after another, so that no factor's share depends on
    an order and the shares add up to the change. Reads opening_<factor> and closing_<factor>. -#}
{% macro shapley_share(of, factors) -%}
{%- set others = factors | reject('equalto', of) | list -%}
{%- set factorial = [1, 1, 2, 6, 24, 120] -%}
(closing_{{ of }} - opening_{{ of }}) * (
{%- for subset in range(2 ** (others | length)) %}
    {%- set chosen = [] -%}
    {%- for place in range(others | length) if (subset // 2 ** place) % 2 == 1 -%}
        {%- do chosen.append(others[place]) -%}
    {%- endfor -%}
    {%- set weight = factorial[chosen | length] * factorial[(others | length) - (chosen | length)] %}
    {% if not loop.first %}+ {% endif %}{{ weight }}e0 / {{ factorial[factors | length] }}
    {%- for other in others %} * {{ 'closing' if other in chosen else 'opening' }}_{{ other }}{% endfor %}
{%- endfor %}
)
{%- endmacro %}
