-- Claim: a customer's intervals in a scheme follow each other day on day, until the customer is gone.
-- Looked at are customers with an interval that has ended; the others have one row.
with
memberships as (
    select
        customer_key,
        scheme,
        valid_from_date,
        valid_to_date,
        is_current,
        ended_by
    from {{ ref('segment_membership') }}
),

several as (
    select distinct
        customer_key,
        scheme
    from memberships
    where not is_current
),

followed as (
    select
        memberships.*,
        lead(memberships.valid_from_date) over (
            partition by memberships.customer_key, memberships.scheme
            order by memberships.valid_from_date, memberships.valid_to_date nulls last
        ) as next_from_date
    from memberships
    inner join several
        on
            memberships.customer_key = several.customer_key
            and memberships.scheme = several.scheme
)

select *
from followed
where
    coalesce(valid_to_date >= next_from_date, false)
    or (valid_to_date is null and next_from_date is not null)
    or (
        ended_by not in ('gone', 'merged')
        and coalesce(
            next_from_date > cast({{ dbt.dateadd('day', 1, 'valid_to_date') }} as date), true
        )
    )
