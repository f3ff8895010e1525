{#- Share of wallet by the Wallet Allocation Rule: our `rank` among the `brand_count` brands a customer
    uses in a category, 1 for the favourite (Keiningham et al. 2011). Over all ranks it adds up to 1. -#}
{% macro wallet_allocation(rank, brand_count) -%}
    (1 - cast({{ rank }} as double) / ({{ brand_count }} + 1)) * 2 / {{ brand_count }}
{%- endmacro %}
