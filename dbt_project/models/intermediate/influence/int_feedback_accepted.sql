-- One row per accepted feedback item (feedback_source, feedback_id) of the last
-- contribution_window_days, with what it is worth (C15, seed feedback_unit_values).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

window_rule as (
    select cast(value as integer) as window_days
    from {{ ref('influence_rules') }}
    where rule = 'contribution_window_days'
),

given_feedback as (
    select
        'interaction' as feedback_source,
        interactions.interaction_id as feedback_id,
        interactions.source_system,
        interactions.customer_id,
        lower(trim(interactions.outcome)) as feedback_code,
        {{ business_date('interactions.at', 'run_context.business_time_zone') }} as given_date
    from {{ ref('stg_crm__interactions') }} as interactions
    cross join run_context
    where interactions.at < run_context.as_of_end_at
)

select
    given_feedback.feedback_source,
    given_feedback.feedback_id,
    identities.customer_key,
    given_feedback.feedback_code,
    given_feedback.given_date,
    unit_values.unit_value as unit_value_amount
from given_feedback
cross join run_context
cross join window_rule
inner join {{ ref('feedback_unit_values') }} as unit_values
    on
        given_feedback.feedback_source = unit_values.feedback_source
        and given_feedback.feedback_code = unit_values.feedback_code
inner join {{ ref('bridge_customer_identity') }} as identities
    on
        given_feedback.source_system = identities.source_system
        and given_feedback.customer_id = identities.customer_id
where
    given_feedback.given_date
    > {{ dbt.dateadd('day', '-1 * window_rule.window_days', 'run_context.as_of_date') }}
