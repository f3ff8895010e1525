-- Claim: each member of the last export is kept, on the side it was on and since the day it entered, or
-- removed; whoever else is exported is added. A row is a member that is lost, changed or added twice.
select
    remembered.audience as remembered_audience,
    remembered.customer_key as remembered_customer_key,
    exported.audience,
    exported.customer_key,
    exported.delta
from {{ source('history', 'audience_opening') }} as remembered
full outer join {{ ref('audience_export') }} as exported
    on
        remembered.audience = exported.audience
        and remembered.customer_key = exported.customer_key
where
    exported.audience is null
    or (remembered.audience is null) <> (exported.delta = 'add')
    or remembered.is_hold_out <> exported.is_hold_out
    or remembered.member_since_date <> exported.member_since_date
