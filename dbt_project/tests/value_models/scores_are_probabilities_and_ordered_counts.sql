-- Claim: scores are of the chosen model; probabilities lie in 0..1, expectations are not negative,
-- more time brings no fewer purchases, discounting makes no more of them, and each interval holds
-- its estimate. Fails on each history for which this does not hold (1e-9 is left to rounding).
select
    scores.scope,
    scores.x,
    scores.t_x_days,
    scores.t_days
from {{ source('models', 'purchase_score') }} as scores
left join {{ ref('model_run') }} as runs
    on
        scores.model_run_id = runs.model_run_id
        and scores.scope = runs.scope
        and runs.is_chosen
where
    (scores.model_run_id is not null and runs.model_run_id is null)
    or scores.p_alive < 0
    or scores.p_alive > 1 + 1e-9
    or scores.p_no_purchase_90d < -1e-9
    or scores.p_no_purchase_90d > 1 + 1e-9
    or 1 - scores.p_alive > scores.p_no_purchase_90d + 1e-9
    or scores.expected_purchases_90d < 0
    or scores.expected_purchases_365d < scores.expected_purchases_90d - 1e-9
    or scores.discounted_purchases_365d < 0
    or scores.discounted_purchases_365d > scores.expected_purchases_365d * (1 + 1e-9)
    or scores.discounted_purchases_infinite < scores.discounted_purchases_365d * (1 - 1e-6)
    or scores.expected_remaining_lifetime_days < 0
    or scores.purchases_365d_lo < 0
    or scores.purchases_365d_hi < scores.purchases_365d_lo
    or scores.discounted_purchases_365d_lo > scores.discounted_purchases_365d * (1 + 1e-9)
    or scores.discounted_purchases_365d_hi < scores.discounted_purchases_365d * (1 - 1e-9)
    or scores.discounted_purchases_infinite_lo > scores.discounted_purchases_infinite * (1 + 1e-9)
    or scores.discounted_purchases_infinite_hi < scores.discounted_purchases_infinite * (1 - 1e-9)
