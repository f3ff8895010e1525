-- One row per unit of a comparison (scope, landmark_date, is_today, customer_key), with a column for each
-- outcome. Purchases, net and retention are of the unit's follow-up; CLV, engagement, conversion and
-- recommendation are as they stand today, of both sides alike. Null where nothing is known.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

visits as (
    select
        visits.*,
        recent_rule.value as recent_days,
        {{ dbt.datediff('visits.visit_date', 'run_context.as_of_date', 'day') }} as days_ago
    from {{ ref('int_customers_visits_counted') }} as visits
    cross join run_context
    cross join {{ ref('lift_rules') }} as recent_rule
    where recent_rule.rule = 'recent_days'
),

recent as (
    select
        customer_key,
        sum(session_count) as session_count,
        sum(ordering_session_count) as ordering_session_count,
        sum(session_count + visit_count + contact_count) as touch_count
    from visits
    where days_ago < recent_days
    group by customer_key
),

-- Silence is a zero only where tracking reaches over the whole window.
covered as (
    select coalesce(max(days_ago) + 1 >= max(recent_days), false) as is_covered
    from visits
),

wide as (
    select
        units.scope,
        units.landmark_date,
        units.is_today,
        units.customer_key,
        units.is_exposed,
        units.is_later_joined,
        units.stratum,
        customers.follow_up_count as purchase_frequency,
        customers.follow_up_net_amount as net_amount,
        case when customers.follow_up_count > 0 then 1 else 0 end as repurchase,
        case when customers.late_count > 0 then 1 else 0 end as retention,
        expected.clv_365d_amount as clv,
        case when covered.is_covered then coalesce(recent.touch_count, 0) end as engagement,
        case
            when covered.is_covered
                then
                    cast(recent.ordering_session_count as double)
                    / nullif(recent.session_count, 0)
        end as conversion,
        case
            when answers.answered_date <= units.landmark_date then null
            when answers.nps_class = 'promoter' then 100
            when answers.nps_class = 'passive' then 0
            when answers.nps_class = 'detractor' then -100
        end as recommendation
    from {{ ref('int_lift_units_stratified') }} as units
    inner join {{ ref('int_customers_landmarked') }} as customers
        on
            units.landmark_date = customers.landmark_date
            and units.is_today = customers.is_today
            and units.customer_key = customers.customer_key
    cross join covered
    left join recent on units.customer_key = recent.customer_key
    left join {{ ref('customer_clv') }} as expected
        on units.customer_key = expected.customer_key
    left join {{ ref('int_customers_nps_classified') }} as answers
        on units.customer_key = answers.customer_key
)

select
    scope,
    landmark_date,
    is_today,
    customer_key,
    is_exposed,
    is_later_joined,
    {% for outcome in lift_outcomes() %}
    cast({{ outcome }} as decimal(18, 6)) as {{ outcome }},
    {% endfor %}
    stratum
from wide
