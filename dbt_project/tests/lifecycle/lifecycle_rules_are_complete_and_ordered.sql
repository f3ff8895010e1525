-- Claim: seed lifecycle_rules sets every threshold that the models read, new < lapsed < churned, one
-- definition of active holds for stages and flows, and the activity window is longer than a month
-- (the retained customers of lifecycle_flow rest on that). Fails with the thresholds when not.
with
rules as (
    select
        max(case when rule = 'new_days' then value end) as new_days,
        max(case when rule = 'mature_min_occasions' then value end) as mature_min_occasions,
        max(case when rule = 'lapsed_after_days' then value end) as lapsed_after_days,
        max(case when rule = 'churned_after_days' then value end) as churned_after_days,
        max(case when rule = 'won_back_days' then value end) as won_back_days,
        max(case when rule = 'activity_window_days' then value end) as activity_window_days
    from {{ ref('lifecycle_rules') }}
)

select *
from rules
where not coalesce(
        new_days < lapsed_after_days
        and lapsed_after_days < churned_after_days
        and activity_window_days = lapsed_after_days
        and activity_window_days > 31
        and mature_min_occasions >= 2
        and won_back_days >= 1,
        false
    )
