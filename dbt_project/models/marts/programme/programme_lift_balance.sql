-- One row per comparison and characteristic: how far members and others were apart at the landmark
-- before matching and how far they are after it, in standard deviations of the members.
{%- set lift_covariates = [
    'tenure_days', 'occasion_count', 'recency_days', 'mean_spend_amount', 'guest', 'store_buyer',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

limits as (
    select value as balance_limit
    from {{ ref('lift_rules') }}
    where rule = 'balance_limit'
),

weighted as (
    select
        units.scope,
        units.is_exposed,
        strata.stratum is not null as is_matched,
        coalesce(cast(strata.exposed_count as double) / strata.other_count, 0e0) as other_weight,
        customers.tenure_days,
        customers.occasion_count,
        customers.recency_days,
        customers.mean_spend_amount,
        case when customers.is_guest then 1 else 0 end as guest,
        case when customers.is_store_buyer then 1 else 0 end as store_buyer
    from {{ ref('int_lift_units_stratified') }} as units
    inner join {{ ref('int_customers_landmarked') }} as customers
        on
            units.landmark_date = customers.landmark_date
            and units.is_today = customers.is_today
            and units.customer_key = customers.customer_key
    left join {{ ref('int_lift_strata_paired') }} as strata
        on
            units.scope = strata.scope
            and units.stratum = strata.stratum
            and strata.outcome = 'purchase_frequency'
    where not units.is_today
),

long as (
    {% for covariate in lift_covariates %}
    select
        scope,
        '{{ covariate }}' as covariate,
        is_exposed,
        is_matched,
        other_weight,
        cast({{ covariate }} as decimal(18, 4)) as covariate_value
    from weighted
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

summed as (
    select
        scope,
        covariate,
        sum(case when is_exposed then 1 end) as member_count,
        sum(case when not is_exposed then 1 end) as other_count,
        sum(case when is_exposed and is_matched then 1 end) as matched_count,
        cast(sum(case when is_exposed then covariate_value end) as double) as member_sum,
        cast(sum(case when is_exposed then covariate_value * covariate_value end) as double)
            as member_square_sum,
        cast(sum(case when not is_exposed then covariate_value end) as double) as other_sum,
        cast(sum(case when is_exposed and is_matched then covariate_value end) as double)
            as matched_member_sum,
        cast(
            sum(
                case
                    when not is_exposed
                        then cast(other_weight * cast(covariate_value as double) as decimal(28, 8))
                end
            ) as double
        ) as matched_other_sum
    from long
    group by scope, covariate
),

means as (
    select
        *,
        member_sum / member_count as member_mean,
        other_sum / other_count as other_mean,
        matched_member_sum / matched_count as matched_member_mean,
        matched_other_sum / matched_count as matched_other_mean,
        case
            when member_count > 1
                then
                    sqrt(
                        greatest(
                            member_square_sum - member_sum * member_sum / member_count, 0e0
                        ) / (member_count - 1)
                    )
        end as member_deviation
    from summed
)

select
    means.scope || '/' || means.covariate as programme_lift_balance_key,
    run_context.as_of_date,
    means.scope,
    means.covariate,
    means.member_mean,
    means.other_mean,
    (means.member_mean - means.other_mean) / nullif(means.member_deviation, 0)
        as difference_before,
    means.matched_member_mean,
    means.matched_other_mean,
    (means.matched_member_mean - means.matched_other_mean) / nullif(means.member_deviation, 0)
        as difference_after,
    abs(means.matched_member_mean - means.matched_other_mean)
    <= limits.balance_limit * means.member_deviation as is_balanced
from means
cross join limits
cross join run_context
