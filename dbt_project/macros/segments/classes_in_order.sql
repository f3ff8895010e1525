{#- Classes of rules with a precedence, as ranks: the smallest rank whose condition holds decides.

    Belongs here: the conditions of the need and the behaviour class, over columns of the row and
    thresholds `rules.*`. Precedence is data: columns `ranks.*` hold that of seed need_classes or
    behaviour_classes. A class whose condition is missing here can never be; a claim finds it. -#}
{% macro need_rank() -%}
least(
    case when occasion_count > 0 and is_new then ranks.new_rank end,
    case
        when window_count >= rules.quality_min_occasions and tiered_amount > 0
            and premium_amount >= rules.quality_min_share * tiered_amount
            then ranks.high_quality_rank
    end,
    case when window_count >= rules.frequency_min_occasions then ranks.high_frequency_rank end,
    case
        when window_count > 0 and occasion_count <= rules.trial_max_occasions then ranks.trial_rank
    end,
    ranks.not_classed_rank
)
{%- endmacro %}

{% macro behaviour_rank() -%}
least(
    case when is_dormant then ranks.dormant_rank end,
    case when is_returned then ranks.returning_rank end,
    case
        when is_long_known and is_recommending and window_count >= rules.loyal_min_occasions
            then ranks.sticky_rank
    end,
    case
        when window_count >= rules.price_min_occasions and promotion_known_amount > 0
            and promoted_amount >= rules.price_min_share * promotion_known_amount
            then ranks.price_driven_rank
    end,
    case
        when occasion_count > 0 and not is_new and window_count <= rules.occasional_max_occasions
            then ranks.occasional_rank
    end,
    ranks.not_classed_rank
)
{%- endmacro %}

{#- One row: the precedence of each class, as columns <class>_rank. -#}
{% macro precedence_of(seed, classes) -%}
select
    {% for class in classes %}
    max(case when {{ seed[:-2] }} = '{{ class }}' then precedence end) as {{ class }}_rank
    {{- ',' if not loop.last }}
    {% endfor %}
from {{ ref(seed) }}
{%- endmacro %}

{#- One row: the thresholds of seed class_rules, as columns named like the rules. -#}
{% macro segment_thresholds(rules) -%}
select
    {% for rule in rules %}
    max(case when rule = '{{ rule }}' then value end) as {{ rule }}
    {{- ',' if not loop.last }}
    {% endfor %}
from {{ ref('class_rules') }}
{%- endmacro %}
