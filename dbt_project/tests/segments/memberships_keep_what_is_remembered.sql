-- Claim: on the last remembered day each customer was, by the intervals, in the segment that was
-- remembered, and in no other scheme.
with
remembered as (
    select
        customer_key,
        scheme,
        as_of_date,
        segment
    from {{ source('history', 'segment_opening') }}
),

days as (
    select max(as_of_date) as as_of_date
    from remembered
),

told as (
    select
        memberships.customer_key,
        memberships.scheme,
        memberships.segment
    from {{ ref('segment_membership') }} as memberships
    inner join days
        on
            memberships.valid_from_date <= days.as_of_date
            and coalesce(memberships.valid_to_date, days.as_of_date) >= days.as_of_date
)

select
    coalesce(remembered.customer_key, told.customer_key) as customer_key,
    coalesce(remembered.scheme, told.scheme) as scheme,
    remembered.segment as remembered_segment,
    told.segment as told_segment
from remembered
full outer join told
    on
        remembered.customer_key = told.customer_key
        and remembered.scheme = told.scheme
where remembered.segment is distinct from told.segment
