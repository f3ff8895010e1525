-- One row per feature of the churn classifier and knot of its curve (feature, knot), at the as-of date,
-- and per level: what the classifier has learned. Straight lines join the knots; none while it could
-- not be fitted.
select
    coefficients.feature || '/' || cast(coefficients.knot as string) as churn_curve_key,
    run_context.as_of_date,
    coefficients.feature,
    coefficients.driver,
    coefficients.knot,
    coefficients.value as feature_value,
    coefficients.log_odds,
    exp(coefficients.log_odds) as odds_ratio,
    case
        when coefficients.feature = 'level' then origins.origin_date
    end as origin_date
from {{ source('models', 'churn_coefficient') }} as coefficients
cross join {{ source('raw', 'run_context') }} as run_context
left join {{ ref('int_churn_origins_dated') }} as origins
    on coefficients.knot = origins.origin_number
