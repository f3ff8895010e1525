-- Claim: the churn classifier is used only where it beats each rival over all origins of the backtest, and
-- the purchase model by at least least_gain standard errors (seed risk_rules). Fails on each rival that
-- a used classifier does not beat.
with
totals as (
    select * from {{ ref('churn_backtest') }}
    where bin = 0 and origin = 'all origins'
),

rules as (
    select max(value) as least_gain
    from {{ ref('risk_rules') }}
    where rule = 'least_gain'
)

select
    rivals.model,
    rivals.brier_score,
    classifier.brier_score as classifier_brier_score
from totals as classifier
inner join totals as rivals on classifier.model <> rivals.model
cross join rules
where
    classifier.model = 'classifier'
    and classifier.is_used
    and (
        classifier.brier_score >= rivals.brier_score
        or (
            rivals.model = 'purchase_model'
            and classifier.brier_gain <= rules.least_gain * classifier.brier_gain_standard_error
        )
    )
