-- Claim: each audience names at least one segment, and only segments of seed segments (of schemes whose
-- segments are data, any). A row is an audience without, or with one that nobody can be in.
select
    audiences.audience,
    conditions.scheme,
    conditions.segment
from {{ ref('audiences') }} as audiences
left join {{ ref('audience_segments') }} as conditions on audiences.audience = conditions.audience
left join {{ ref('segments') }} as segments
    on
        conditions.scheme = segments.scheme
        and (conditions.segment = segments.segment or segments.segment = '*')
where segments.scheme is null
