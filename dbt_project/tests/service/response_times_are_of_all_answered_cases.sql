-- Claim: the classes of response times hold every answered case once, by both clocks, as
-- service_quality counts them. A failing row is a period and clock that differs.
select
    waited.period_kind,
    waited.period_start_date,
    waited.clock
from {{ ref('service_response_time') }} as waited
inner join {{ ref('service_quality') }} as quality
    on
        waited.period_kind = quality.period_kind
        and waited.period_start_date = quality.period_start_date
        and quality.ticket_dimension = 'all'
group by
    waited.period_kind, waited.period_start_date, waited.clock,
    quality.answered_count
having sum(waited.bin_count) <> quality.answered_count
