-- Claim: seed segments has exactly the stages of seed lifecycle_stages, and a stage without purchases in
-- the activity window is entered and left at once: held and judged stages then agree on who is active, as
-- lifecycle_flow counts it. Fails on each stage of one seed alone, and on each that waits.
with
segments as (
    select * from {{ ref('segments') }}
    where scheme = 'lifecycle'
)

select
    stages.stage,
    segments.segment
from {{ ref('lifecycle_stages') }} as stages
full outer join segments on stages.stage = segments.segment
where
    stages.stage is null
    or segments.segment is null
    or (not stages.is_active and not (segments.is_entered_at_once and segments.is_left_at_once))
