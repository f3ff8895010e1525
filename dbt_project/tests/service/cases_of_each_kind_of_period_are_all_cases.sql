-- Claim: in each kind of period and each dimension of cases, every case is created in exactly one
-- slice, and what is open at the end of the last periods is what is open at the as-of date. A failing
-- row is a kind and dimension that loses or doubles cases.
with
cases as (
    select
        count(*) as ticket_count,
        count(case when is_open then 1 end) as open_count
    from {{ ref('int_tickets_measured') }}
    where not is_test_customer
),

dimensions as (
    select
        period_kind,
        ticket_dimension,
        sum(ticket_count) as ticket_count,
        sum(case when is_last then closing_backlog_count else 0 end) as open_count
    from (
        select
            *,
            period_start_date = max(period_start_date) over (partition by period_kind) as is_last
        from {{ ref('service_quality') }}
        where ticket_count is not null
    ) as slices
    group by period_kind, ticket_dimension
)

select dimensions.*
from dimensions
cross join cases
where
    dimensions.ticket_count <> cases.ticket_count
    or dimensions.open_count <> cases.open_count
