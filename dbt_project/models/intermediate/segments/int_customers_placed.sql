-- One row per customer with a purchase occasion (customer_key), none where no statistical segments
-- could be made: each measure, its coordinate in points, and the scale that turns one into the other.
{%- set features = [
    'days_since_last_order', 'occasion_count', 'net_amount', 'expected_amount',
] %}
with
measured as (
    select
        features.customer_key,
        features.days_since_last_order,
        features.occasion_count,
        greatest(features.net_amount, 0) as net_amount,
        scores.expected_purchases_365d * cast(greatest(features.net_amount, 0) as double)
        / features.occasion_count as expected_amount
    from {{ ref('int_customers_features_measured') }} as features
    left join {{ source('models', 'purchase_score') }} as scores
        on
            features.scope = scores.scope
            and features.x = scores.x
            and features.t_x_days = scores.t_x_days
            and features.t_days = scores.t_days
),

scales as (
    select
        {% for feature in features %}
        max(case when feature = '{{ feature }}' then unit end) as {{ feature }}_unit,
        max(case when feature = '{{ feature }}' then mean end) as {{ feature }}_mean,
        max(case when feature = '{{ feature }}' and is_used then deviation / sqrt(weight) end)
            as {{ feature }}_width,
        {% endfor %}
        count(*) as feature_count
    from {{ source('models', 'statistical_feature') }}
)

-- A measure that is not used, or not known of a customer, is at the mean: 0.
select
    {% for feature in features %}
    cast(measured.{{ feature }} as double) as {{ feature }},
    coalesce(
        (
            ln(1 + cast(measured.{{ feature }} as double) / scales.{{ feature }}_unit)
            - scales.{{ feature }}_mean
        ) / scales.{{ feature }}_width, 0
    ) as {{ feature }}_points,
    scales.{{ feature }}_unit,
    scales.{{ feature }}_mean,
    scales.{{ feature }}_width,
    {% endfor %}
    measured.customer_key
from measured
cross join scales
where scales.feature_count > 0
