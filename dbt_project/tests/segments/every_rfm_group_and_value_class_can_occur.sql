-- Claim: each RFM group and value class is one that the rules give to some customer, and they give no other.
-- A row is a group that no pair of scores has, a class whose share leaves nobody for it, or one that seed
-- segments does not name.
{%- set shares = var('value_tier_shares') %}
with
possible as (
    select
        'rfm' as scheme,
        rfm_group as segment
    from {{ ref('rfm_groups') }}
    where r_score between 1 and 5 and fm_score between 1 and 5
    {% for scheme, segment, is_possible in [
        ('rfm', 'not_scored', true), ('value_class', 'not_tiered', true),
        ('value_class', 'high', shares.high < 1), ('value_class', 'middle', shares.middle < shares.high),
        ('value_class', 'low', shares.middle > 0), ('value_class', 'potential', shares.potential < 1),
    ] %}
    union
    select
        '{{ scheme }}' as scheme,
        '{{ segment }}' as segment
    where {{ is_possible }}
    {% endfor %}
),

{{ unnamed_or_impossible(['rfm', 'value_class']) }}
