-- Claim: what winning a customer cost over the last year is what int_acquisition_costed says of it, and
-- the retention rate of the scenario is that of segment_value.
select
    'acquisition' as figure,
    cast(economics.acquisition_cost_amount as string) as own,
    cast(costed.cost_per_new_customer_amount as string) as other
from {{ ref('retention_economics') }} as economics
cross join {{ ref('int_acquisition_costed') }} as costed
where
    economics.period_kind = 'year'
    and economics.acquisition_cost_amount is distinct from costed.cost_per_new_customer_amount
union all
select
    'retention' as figure,
    cast(scenarios.retention_rate as string) as own,
    cast(segments.retention_rate as string) as other
from {{ ref('retention_scenario') }} as scenarios
inner join {{ ref('segment_value') }} as segments
    on segments.segment_kind = 'all' and scenarios.scope_kind = 'customers'
where round(scenarios.retention_rate, 6) is distinct from segments.retention_rate
