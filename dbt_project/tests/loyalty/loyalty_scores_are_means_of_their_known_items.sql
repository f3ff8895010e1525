-- Claim: every score of a dimension and the loyalty index lie between the lowest and the highest known
-- item behind them, their coverage is the known weight, between 0 and 1, and there is a score or a
-- reason, never both. Fails on each customer and dimension for which that is not so.
with
weights as (
    select weights.*
    from {{ ref('loyalty_weights') }} as weights
    inner join {{ ref('loyalty_versions') }} as versions
        on weights.definition_version = versions.definition_version
    where versions.is_current
),

-- An item may stand in several parts of the index.
members as (
    select
        dimension,
        item,
        weight as share
    from weights
    where dimension <> 'loyalty_index'
    union all
    select
        parts.dimension,
        items.item,
        parts.weight * items.weight as share
    from weights as parts
    inner join weights as items on parts.item = items.dimension
    where parts.dimension = 'loyalty_index'
),

known as (
    select
        items.customer_key,
        members.dimension,
        min(items.score) as lowest_score,
        max(items.score) as highest_score,
        sum(members.share) as known_weight
    from {{ ref('int_loyalty_items_scored') }} as items
    inner join members on items.item = members.item
    group by items.customer_key, members.dimension
),

shown as (
    {% for dimension in loyalty_dimension_names() %}
    select
        customer_key,
        '{{ dimension }}' as dimension,
        {{ dimension }}_dimension_score as score,
        {{ dimension }}_dimension_coverage_rate as coverage_rate,
        {{ dimension }}_dimension_reason as reason
    from {{ ref('loyalty_scorecard') }}
    union all
    {% endfor %}
    select
        customer_key,
        'loyalty_index' as dimension,
        loyalty_index as score,
        loyalty_index_coverage_rate as coverage_rate,
        loyalty_index_reason as reason
    from {{ ref('loyalty_scorecard') }}
)

select
    shown.customer_key,
    shown.dimension,
    shown.score,
    shown.coverage_rate,
    shown.reason
from shown
left join known
    on shown.customer_key = known.customer_key and shown.dimension = known.dimension
where
    coalesce(shown.score not between known.lowest_score and known.highest_score, false)
    or abs(shown.coverage_rate - coalesce(cast(known.known_weight as double), 0)) > 0.000001
    or shown.coverage_rate not between 0 and 1
    or (shown.score is null) = (shown.reason is null)
