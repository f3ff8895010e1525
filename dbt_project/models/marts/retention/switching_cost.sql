-- One row per customer of dim_customer without the unknown member, at the as-of date: what it would
-- cost the customer to leave, as an index from 0 to 100 with its components (D17).
select
    costs.customer_key,
    costs.measured_date as as_of_date,
    costs.switching_cost_index,
    costs.coverage_rate,
    case
        when costs.coverage_rate = 0
            then 'neither points, tiers nor contracts are delivered, and no answer about switching'
        when costs.switching_cost_index is null
            then 'less than switching_min_coverage_rate of the weights is known'
        when costs.coverage_rate < 1
            then
                'without'
                || case when costs.points_score is null then ' points' else '' end
                || case when costs.tier_score is null then ' tier' else '' end
                || case when costs.contract_score is null then ' contract' else '' end
                || case when costs.survey_score is null then ' answer' else '' end
    end as switching_cost_reason,
    costs.points_score,
    costs.points_amount,
    costs.tier_score,
    costs.contract_score,
    costs.contract_days_left,
    costs.survey_score
from {{ ref('int_switching_costs_indexed') }} as costs
cross join {{ source('raw', 'run_context') }} as run_context
where costs.measured_date = run_context.as_of_date
