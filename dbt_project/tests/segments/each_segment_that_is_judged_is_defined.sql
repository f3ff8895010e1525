-- Claim: each segment that a customer is held in, or that the facts give, stands in segment_definition,
-- and so does each scheme that judges.
with
named as (
    select
        scheme,
        segment
    from {{ ref('int_segments_held') }}
    union
    select
        scheme,
        raw_segment as segment
    from {{ ref('int_segments_judged') }}
)

select named.*
from named
left join {{ ref('segment_definition') }} as definitions
    on named.scheme = definitions.scheme and named.segment = definitions.segment
where definitions.segment is null
