{#- The part of a transaction's price that falls to one of two things sold in it, in proportion to
    their stand-alone selling prices (IFRS 15.76, ASC 606-10-32-31). Decimals, divided once; 19 digits,
    because DuckDB keeps products of 18 in 64 bits, which those of two large totals exceed. -#}
{% macro relative_selling_price(transaction_price, own_price, other_price) -%}
    cast(
        cast(cast({{ transaction_price }} as decimal(19, 4)) * {{ own_price }} as double)
        / nullif({{ own_price }} + {{ other_price }}, 0)
        as decimal(18, 4)
    )
{%- endmacro %}
