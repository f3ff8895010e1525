{#- The end of a claim: segments of CTE `possible` that seed segments does not name in these schemes, and
    named ones that are not possible. -#}
{% macro unnamed_or_impossible(schemes) -%}
named as (
    select
        scheme,
        segment
    from {{ ref('segments') }}
    where scheme in ('{{ schemes | join("', '") }}')
)

select
    coalesce(named.scheme, possible.scheme) as scheme,
    coalesce(named.segment, possible.segment) as segment,
    possible.segment is null as can_never_occur
from named
full outer join possible on named.scheme = possible.scheme and named.segment = possible.segment
where named.segment is null or possible.segment is null
{%- endmacro %}
