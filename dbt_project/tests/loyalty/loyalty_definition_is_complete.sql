-- Claim: one version of the loyalty scorecard is current; each version has every item with two different
-- ends, every dimension with weights that add up to 1, every stage with a least score, and weights of
-- names that the scorecard knows. Fails on each version and name for which that is not so.
with
needed as (
    {% for kind, names in {
        'item': loyalty_item_names('attitudes') + loyalty_item_names('patronage')
            + loyalty_item_names('advocacy'),
        'dimension': loyalty_dimension_names() + ['loyalty_index'],
        'stage': ['cognitive', 'affective', 'conative', 'action'],
    }.items() %}
    {% for name in names %}
    select
        '{{ kind }}' as kind,
        '{{ name }}' as name
    union all
    {% endfor %}
    {% endfor %}
    select
        'current version' as kind,
        '1' as name
),

counted as (
    select count(case when is_current then 1 end) as current_count
    from {{ ref('loyalty_versions') }}
),

present as (
    select
        definition_version,
        'item' as kind,
        item as name
    from {{ ref('loyalty_items') }}
    where zero_at <> hundred_at
    union all
    select
        definition_version,
        'dimension' as kind,
        dimension as name
    from {{ ref('loyalty_weights') }}
    group by definition_version, dimension
    having sum(weight) = 1
    union all
    select
        definition_version,
        'stage' as kind,
        stage as name
    from {{ ref('loyalty_stages') }}
    where min_score between 0 and 100
    union all
    select
        versions.definition_version,
        'current version' as kind,
        cast(counted.current_count as string) as name
    from {{ ref('loyalty_versions') }} as versions
    cross join counted
)

select
    versions.definition_version,
    'missing: ' || needed.kind as fault,
    needed.name
from {{ ref('loyalty_versions') }} as versions
cross join needed
left join present
    on
        versions.definition_version = present.definition_version
        and needed.kind = present.kind
        and needed.name = present.name
where present.name is null
union all
select
    weights.definition_version,
    'not known: ' || weights.dimension as fault,
    weights.item as name
from {{ ref('loyalty_weights') }} as weights
left join needed
    on
        weights.item = needed.name
        and needed.kind = case weights.dimension when 'loyalty_index' then 'dimension' else 'item' end
where needed.name is null
