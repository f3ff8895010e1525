-- Claim: seed lifecycle_rules sets every threshold that the models read, new < lapsed < churned, one
-- definition of active holds for stages and flows, and the activity window is longer than a month
-- (the retained customers of lifecycle_flow rest on that); a fall is below and a rise above 100 %.
-- Fails with the thresholds when not.
with
rules as (
    select
        max(case when rule = 'new_days' then value end) as new_days,
        max(case when rule = 'mature_min_occasions' then value end) as mature_min_occasions,
        max(case when rule = 'lapsed_after_days' then value end) as lapsed_after_days,
        max(case when rule = 'churned_after_days' then value end) as churned_after_days,
        max(case when rule = 'won_back_days' then value end) as won_back_days,
        max(case when rule = 'activity_window_days' then value end) as activity_window_days,
        max(case when rule = 'overdue_min_intervals' then value end) as overdue_min_intervals,
        max(case when rule = 'overdue_min_days' then value end) as overdue_min_days,
        max(case when rule = 'declining_p_alive_percent' then value end) as declining_p_alive_percent,
        max(case when rule = 'falling_spend_percent' then value end) as falling_spend_percent,
        max(case when rule = 'rising_spend_percent' then value end) as rising_spend_percent,
        max(case when rule = 'trend_min_error_percent' then value end) as trend_min_error_percent,
        max(case when rule = 'growing_min_occasions' then value end) as growing_min_occasions,
        max(case when rule = 'referral_growth_days' then value end) as referral_growth_days
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
        and won_back_days >= 1
        and overdue_min_intervals >= 1
        and overdue_min_days < lapsed_after_days
        and declining_p_alive_percent between 1 and 100
        and falling_spend_percent between 1 and 99
        and rising_spend_percent > 100
        and trend_min_error_percent > 0
        and growing_min_occasions >= 1
        and referral_growth_days >= 1,
        false
    )
