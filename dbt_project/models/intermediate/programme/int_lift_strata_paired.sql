-- One row per comparison, outcome and stratum that holds both members and others (scope, outcome,
-- stratum): what the estimate rests on. Strata with one side only are pruned: they have nobody to
-- be compared with.
with
measured as (
    select * from {{ lift_outcome_rows(
        ref('int_lift_outcomes_measured'), ['scope', 'is_today', 'stratum', 'is_exposed']
    ) }}
)

select
    scope,
    outcome,
    stratum,
    sum(case when is_exposed then 1 else 0 end) as exposed_count,
    sum(case when is_exposed then 0 else 1 end) as other_count,
    sum(case when is_exposed then outcome_value else 0 end) as exposed_total,
    sum(case when is_exposed then 0 else outcome_value end) as other_total
from measured
where not is_today
group by scope, outcome, stratum
having
    sum(case when is_exposed then 1 else 0 end) > 0
    and sum(case when is_exposed then 0 else 1 end) > 0
