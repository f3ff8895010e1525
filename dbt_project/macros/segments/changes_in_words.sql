{#- How judged segments write amounts and names: one home for what all schemes share. -#}

{#- An amount as a person writes it, to the cent. -#}
{% macro amount_in_words(amount) -%}
cast(cast({{ amount }} as decimal(18, 2)) as string)
{%- endmacro %}

{#- An amount that suffices for a change: whole cents, upwards. -#}
{% macro enough_in_words(amount) -%}
cast(cast(cast(ceil(100 * {{ amount }}) as double) / 100 as decimal(18, 2)) as string)
{%- endmacro %}

{#- A segment's name in a sentence: about_to_sleep is 'about to sleep'. -#}
{% macro segment_in_words(segment) -%}
replace({{ segment }}, '_', ' ')
{%- endmacro %}

{#- A number with its noun: '1 day', '2 days'. -#}
{% macro counted_in_words(number, noun) -%}
cast({{ number }} as string) || case when {{ number }} = 1 then ' {{ noun }}' else ' {{ noun }}s' end
{%- endmacro %}
