-- One row per customer with a known item of loyalty (customer_key): the items side by side, and each
-- dimension of seed loyalty_weights as the weighted mean of its known items, with the weight that is
-- known. The index weighs items by their weight in its parts, times the weight of the part.
with
current_weights as (
    select weights.*
    from {{ ref('loyalty_weights') }} as weights
    inner join {{ ref('loyalty_versions') }} as versions
        on weights.definition_version = versions.definition_version
    where versions.is_current
),

weights as (
    select
        dimension,
        item,
        cast(weight as decimal(9, 8)) as weight
    from current_weights
    where dimension <> 'loyalty_index'
    union all
    select
        parts.dimension,
        items.item,
        cast(parts.weight * items.weight as decimal(9, 8)) as weight
    from current_weights as parts
    inner join current_weights as items on parts.item = items.dimension
    where parts.dimension = 'loyalty_index'
)

select
    {% for source in ['attitudes', 'patronage', 'advocacy'] %}
    {% for item in loyalty_item_names(source) %}
    max(case when scores.item = '{{ item }}' then scores.score end) as {{ item }}_score,
    {% endfor %}
    {% endfor %}
    {% for dimension in loyalty_dimension_names() + ['loyalty_index'] %}
    cast(
        cast(
            sum(case when weights.dimension = '{{ dimension }}' then weights.weight * scores.score end)
            as double
        ) / cast(
            sum(case when weights.dimension = '{{ dimension }}' then weights.weight end) as double
        ) as decimal(9, 4)
    ) as {{ dimension }}_mean,
    coalesce(
        sum(case when weights.dimension = '{{ dimension }}' then weights.weight end), 0
    ) as {{ dimension }}_known_weight,
    {% endfor %}
    scores.customer_key
from {{ ref('int_loyalty_items_scored') }} as scores
left join weights on scores.item = weights.item
group by scores.customer_key
