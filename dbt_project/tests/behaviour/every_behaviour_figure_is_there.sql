-- Claim: behaviour_kpi has each of its figures, with a rate or a reason. Fails on each figure that is
-- missing or has neither or both.
with
needed as (
    {% for kpi in [
        'two_category_share', 'step_up_customer_share', 'promo_share', 'discount_share',
        'promotion_share', 'premium_tier_share', 'loyal_trial_rate', 'returned_unit_rate',
        'returned_amount_rate',
    ] %}
    select '{{ kpi }}' as kpi
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    needed.kpi,
    figures.rate,
    figures.rate_reason
from needed
left join {{ ref('behaviour_kpi') }} as figures on needed.kpi = figures.kpi
where
    figures.kpi is null
    or (figures.rate is null) <> (figures.rate_reason is not null)
