-- One row per customer with a purchase occasion, at the as-of date: what is still to come, as
-- expected purchases x spend per purchase x margin, with the model that says so. The interval is
-- that of the purchases, at the expected spend and margin.
with
histories as (
    select * from {{ ref('customer_cbs') }}
),

scopes as (
    select * from {{ ref('int_customers_scoped') }}
),

scores as (
    select * from {{ source('models', 'purchase_score') }}
),

spend_models as (
    select * from {{ ref('int_spend_parameters_pivoted') }}
),

margins as (
    select * from {{ ref('int_customers_margin_measured') }}
),

-- Expected spend (Fader & Hardie 2013): p (v + x z) / (p x + q - 1), a weighted mean of the
-- customer's own repeat spend and the population's. With q <= 1 the population has no mean.
expected as (
    select
        histories.*,
        scopes.scope,
        scores.model_run_id as purchase_model_run_id,
        spend_models.model_run_id as spend_model_run_id,
        scores.p_alive,
        scores.p_no_purchase_90d,
        scores.expected_purchases_90d,
        scores.expected_purchases_365d,
        scores.discounted_purchases_365d,
        scores.discounted_purchases_365d_lo,
        scores.discounted_purchases_365d_hi,
        scores.discounted_purchases_infinite,
        scores.discounted_purchases_infinite_lo,
        scores.discounted_purchases_infinite_hi,
        scores.purchases_365d_lo,
        scores.purchases_365d_hi,
        scores.expected_remaining_lifetime_days,
        {{ expected_spend(
            'spend_models.p', 'spend_models.q', 'spend_models.v',
            'histories.positive_repeat_day_count', 'histories.z_bar_amount',
        ) }} as expected_spend,
        cast(margins.margin_rate as double) as margin_rate,
        margins.reason as margin_reason
    from histories
    inner join scopes on histories.customer_key = scopes.customer_key
    left join scores
        on
            scopes.scope = scores.scope
            and histories.x = scores.x
            and histories.t_x_days = scores.t_x_days
            and histories.t_days = scores.t_days
    left join spend_models on scopes.scope = spend_models.scope
    left join margins on histories.customer_key = margins.customer_key
)

select
    customer_key,
    as_of_date,
    scope,
    purchase_model_run_id,
    spend_model_run_id,
    cast(p_alive as decimal(9, 6)) as p_alive,
    cast(p_no_purchase_90d as decimal(9, 6)) as p_no_purchase_90d,
    cast(expected_purchases_90d as decimal(18, 6)) as expected_purchases_90d,
    cast(expected_purchases_365d as decimal(18, 6)) as expected_purchases_365d,
    cast(discounted_purchases_365d as decimal(18, 6)) as discounted_purchases_365d,
    cast(purchases_365d_lo as bigint) as purchases_365d_lo,
    cast(purchases_365d_hi as bigint) as purchases_365d_hi,
    cast(expected_remaining_lifetime_days as decimal(18, 2)) as expected_remaining_lifetime_days,
    cast(expected_spend as decimal(18, 4)) as expected_spend_amount,
    cast(margin_rate as decimal(9, 6)) as margin_rate,
    cast(expected_purchases_365d * expected_spend as decimal(18, 4)) as sales_365d_amount,
    {% for horizon in ['365d', 'infinite'] %}
    {% set lo = 'discounted_purchases_' ~ horizon ~ '_lo' %}
    {% set hi = 'discounted_purchases_' ~ horizon ~ '_hi' %}
    cast(discounted_purchases_{{ horizon }} * expected_spend * margin_rate as decimal(18, 4))
        as clv_{{ horizon }}_amount,
    -- With a negative margin the more purchases are the worse end.
    cast(
        case when margin_rate < 0 then {{ hi }} else {{ lo }} end * expected_spend * margin_rate
        as decimal(18, 4)
    ) as clv_{{ horizon }}_lo_amount,
    cast(
        case when margin_rate < 0 then {{ lo }} else {{ hi }} end * expected_spend * margin_rate
        as decimal(18, 4)
    ) as clv_{{ horizon }}_hi_amount,
    {% endfor %}
    cast(expected_purchases_365d * expected_spend * margin_rate as decimal(18, 4))
        as profit_365d_amount,
    cast(
        discounted_purchases_infinite * expected_spend * margin_rate * 365
        / nullif(expected_remaining_lifetime_days, 0) as decimal(18, 4)
    ) as yearly_profit_amount,
    case
        when p_alive is null then 'no purchase model could be fitted; see model_run'
        when expected_spend is null then 'no spend model could be fitted; see model_run'
        when margin_rate is null then margin_reason
    end as clv_reason,
    currency_code
from expected
