-- One row per item of feedback (feedback_source, feedback_id) up to the as-of date: contacts begun by
-- customers, cases and answers in words as seed service_feedback says, and every contact whose outcome
-- is an accepted idea (seed feedback_unit_values, as int_feedback_accepted). Items of test customers are
-- left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

accepted as (
    select * from {{ ref('feedback_unit_values') }}
),

traced as (
    select distinct feedback_source
    from accepted
),

contacts as (
    select
        contacts.source_system,
        contacts.customer_id,
        'interaction' as feedback_source,
        contacts.interaction_id as feedback_id,
        contacts.at as given_at,
        case when outcomes.is_closed then contacts.at end as closed_at,
        lower(trim(contacts.outcome)) as result_code
    from {{ ref('stg_crm__interactions') }} as contacts
    left join {{ ref('service_feedback') }} as topics
        on
            topics.feedback_source = 'interaction'
            and lower(trim(contacts.topic)) = topics.feedback_code
            and contacts.direction = 'inbound'
    left join {{ ref('service_feedback_outcomes') }} as outcomes
        on lower(trim(contacts.outcome)) = outcomes.outcome
    left join accepted
        on
            accepted.feedback_source = 'interaction'
            and lower(trim(contacts.outcome)) = accepted.feedback_code
    where topics.feedback_code is not null or accepted.feedback_code is not null
),

cases as (
    select
        tickets.source_system,
        tickets.customer_id,
        'ticket' as feedback_source,
        tickets.ticket_id as feedback_id,
        tickets.created_at as given_at,
        measured.first_resolved_at as closed_at,
        lower(trim(tickets.cause_code)) as result_code
    from {{ ref('stg_crm__tickets') }} as tickets
    inner join {{ ref('service_feedback') }} as types
        on types.feedback_source = 'ticket' and tickets.type = types.feedback_code
    left join {{ ref('int_tickets_measured') }} as measured
        on tickets.ticket_id = measured.ticket_id
),

words as (
    select
        min(answers.source_system) as source_system,
        min(answers.customer_id) as customer_id,
        'survey' as feedback_source,
        answers.response_id as feedback_id,
        min(answers.answered_at) as given_at,
        cast(null as timestamp) as closed_at,
        cast(null as string) as result_code
    from {{ ref('stg_crm__survey_responses') }} as answers
    inner join {{ ref('service_feedback') }} as kinds
        on kinds.feedback_source = 'survey' and kinds.feedback_code = 'text'
    where answers.text_hmac is not null and answers.answered_at is not null
    group by answers.response_id
),

items as (
    select * from contacts
    union all
    select * from cases
    union all
    select * from words
)

select
    items.feedback_source,
    items.feedback_id,
    coalesce(identities.customer_key, 'unknown') as customer_key,
    items.given_at,
    {{ business_date('items.given_at', 'run_context.business_time_zone') }} as given_date,
    items.closed_at,
    -- Whether it led to a change can be told where a code of the source says so.
    case when traced.feedback_source is not null then accepted_code.feedback_code is not null end
        as is_change
from items
cross join run_context
left join {{ ref('bridge_customer_identity') }} as identities
    on
        items.source_system = identities.source_system
        and items.customer_id = identities.customer_id
left join {{ ref('dim_customer') }} as customers
    on identities.customer_key = customers.customer_key
left join traced on items.feedback_source = traced.feedback_source
left join accepted as accepted_code
    on
        items.feedback_source = accepted_code.feedback_source
        and items.result_code = accepted_code.feedback_code
where items.given_at < run_context.as_of_end_at and not coalesce(customers.is_test, false)
