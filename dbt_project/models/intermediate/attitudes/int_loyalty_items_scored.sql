-- One row per customer and item of the loyalty scorecard that is known of the customer (customer_key,
-- item): the figure, and its score from 0 to 100, linear between the two ends that seed loyalty_items
-- fixes. The ends are fixed so that a customer's score moves when the customer does, and not because
-- others do. What is not known has no row.
{%- set sources = ['attitudes', 'patronage', 'advocacy'] %}
with
measured as (
    select
        {% for item in loyalty_item_names('attitudes') if item != 'own_preference' %}
        attitudes.{{ item }}_score as {{ item }},
        {% endfor %}
        attitudes.competitor_preference_score as own_preference,
        {% for source in sources[1:] %}
        {% for item in loyalty_item_names(source) %}
        {{ source }}.{{ item }},
        {% endfor %}
        {% endfor %}
        patronage.customer_key
    from {{ ref('int_customers_patronage_observed') }} as patronage
    inner join {{ ref('int_customers_advocacy_observed') }} as advocacy
        on patronage.customer_key = advocacy.customer_key
    left join {{ ref('int_customers_attitudes_scored') }} as attitudes
        on patronage.customer_key = attitudes.customer_key
),

items as (
    select items.*
    from {{ ref('loyalty_items') }} as items
    inner join {{ ref('loyalty_versions') }} as versions
        on items.definition_version = versions.definition_version
    where versions.is_current
),

known as (
    select
        measured.customer_key,
        items.item,
        items.zero_at,
        items.hundred_at,
        cast(
            case items.item
                {% for source in sources %}
                {% for item in loyalty_item_names(source) %}
                when '{{ item }}' then measured.{{ item }}
                {% endfor %}
                {% endfor %}
            end as decimal(18, 6)
        ) as measured_value
    from measured
    cross join items
)

select
    customer_key,
    item,
    measured_value,
    cast(
        least(
            greatest(
                100 * cast(measured_value - zero_at as double)
                / cast(hundred_at - zero_at as double),
                0
            ),
            100
        ) as decimal(9, 4)
    ) as score
from known
where measured_value is not null
