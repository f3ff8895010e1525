-- One row per item of feedback (feedback_source, feedback_id): whether and how soon it was answered, by
-- its own record or by the firm's next contact about feedback with the customer.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'feedback_window_days' then value end) as window_days
    from {{ ref('service_rules') }}
),

items as (
    select * from {{ ref('int_feedback_items_gathered') }}
),

answers as (
    select
        identities.customer_key,
        contacts.at as answered_at
    from {{ ref('stg_crm__interactions') }} as contacts
    cross join run_context
    inner join {{ ref('service_feedback') }} as topics
        on
            topics.feedback_source = 'interaction'
            and lower(trim(contacts.topic)) = topics.feedback_code
    inner join {{ ref('service_feedback_outcomes') }} as outcomes
        on lower(trim(contacts.outcome)) = outcomes.outcome and outcomes.is_closed
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            contacts.source_system = identities.source_system
            and contacts.customer_id = identities.customer_id
    where contacts.direction = 'outbound' and contacts.at < run_context.as_of_end_at
),

first_answers as (
    select
        items.feedback_source,
        items.feedback_id,
        min(answers.answered_at) as answered_at
    from items
    inner join answers
        on items.customer_key = answers.customer_key and items.given_at < answers.answered_at
    where items.closed_at is null
    group by items.feedback_source, items.feedback_id
),

timed as (
    select
        items.*,
        {{ dbt.datediff(
            'items.given_at', 'coalesce(items.closed_at, first_answers.answered_at)', 'second'
        ) }} as open_seconds
    from items
    left join first_answers
        on
            items.feedback_source = first_answers.feedback_source
            and items.feedback_id = first_answers.feedback_id
)

select
    timed.feedback_source,
    timed.feedback_id,
    timed.customer_key,
    timed.given_date,
    cast(cast(timed.open_seconds as double) / 86400 as decimal(18, 4)) as open_days,
    coalesce(timed.open_seconds <= rules.window_days * 86400, false) as is_closed_in_window,
    {{ dbt.dateadd('day', 'rules.window_days', 'timed.given_at') }} <= run_context.as_of_end_at
        as is_old_enough,
    timed.is_change
from timed
cross join rules
cross join run_context
