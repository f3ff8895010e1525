-- Claim: the deciles and the bins by x of each backtest hold all customers, predictions and purchases
-- of its total. Fails on each scope, model and origin where they do not (1e-6 is left to rounding).
with
backtests as (
    select
        scope,
        model,
        origin_date,
        bin_kind,
        sum(customer_count) as customer_count,
        sum(actual_purchases) as actual_purchases,
        sum(cast(predicted_purchases as decimal(28, 10))) as predicted_purchases
    from {{ ref('model_backtest') }}
    where predicted_purchases is not null
    group by scope, model, origin_date, bin_kind
)

select
    scope,
    model,
    origin_date
from backtests
group by scope, model, origin_date
having
    count(*) <> 3
    or max(customer_count) <> min(customer_count)
    or max(actual_purchases) <> min(actual_purchases)
    or max(predicted_purchases) - min(predicted_purchases) > 0.000001
