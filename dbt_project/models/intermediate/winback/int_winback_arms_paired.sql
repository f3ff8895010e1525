-- One row per comparison of attempts to win back (scope_kind, scope): the sums of those treated beside
-- those of the held out, with mean and variance of what an attempt of each was worth.
with
-- A firm that has made no attempt has one row that says so.
scopes as (
    select distinct
        scope_kind,
        scope
    from {{ ref('int_winback_arms_summed') }}
    union
    select
        'all' as scope_kind,
        'all' as scope
)

select
    scopes.scope_kind,
    scopes.scope,
    {% for column in [
        'attempt_count', 'young_count', 'reactivated_count', 'second_lapse_count',
        'unvalued_count', 'second_lifetime_amount',
    ] %}
    coalesce(treated.{{ column }}, 0) as treated_{{ column }},
    coalesce(held_out.{{ column }}, 0) as holdout_{{ column }},
    {% endfor %}
    {% for arm in ['treated', 'held_out'] %}
    {% set prefix = 'treated' if arm == 'treated' else 'holdout' %}
    cast({{ arm }}.second_lifetime_amount as double) / nullif({{ arm }}.attempt_count, 0)
        as {{ prefix }}_mean,
    {{ variance_of_sums(
        arm ~ '.second_lifetime_amount', arm ~ '.second_lifetime_square_amount',
        arm ~ '.attempt_count'
    ) }} as {{ prefix }}_variance,
    {% endfor %}
    coalesce(treated.offered_count, 0) as offered_count,
    coalesce(treated.responded_count, 0) as responded_count,
    treated.cost_amount
from scopes
left join {{ ref('int_winback_arms_summed') }} as treated
    on
        scopes.scope_kind = treated.scope_kind
        and scopes.scope = treated.scope
        and treated.arm = 'treated'
left join {{ ref('int_winback_arms_summed') }} as held_out
    on
        scopes.scope_kind = held_out.scope_kind
        and scopes.scope = held_out.scope
        and held_out.arm = 'holdout'
