-- One row per thing that a customer said or that a case says of its service (customer_key, signal, code,
-- signal_date), with the number that seed churn_evidence compares with limit_value where there is
-- one. Whether it is evidence of a cause, and of which, the seed says.
with
sorted_reasons as (
    select distinct code
    from {{ ref('churn_evidence') }}
    where signal = 'contract_ended'
),

ended_contracts as (
    select
        contracts.customer_key,
        'contract_ended' as signal,
        coalesce(sorted_reasons.code, 'other') as code,
        contracts.latest_term_end_date as signal_date,
        cast(null as decimal(18, 6)) as signal_value
    from {{ ref('int_contracts_scoped') }} as contracts
    left join sorted_reasons on lower(trim(contracts.cancel_reason)) = sorted_reasons.code
    where contracts.contract_state = 'lost'
),

cases as (
    select
        customer_key,
        created_date,
        lower(trim(cause_code)) as cause_code,
        is_complaint,
        case
            when is_open and is_in_target = false then 'unsolved'
            when is_reopened_in_window then 'reopened'
            when is_in_target = false then 'late'
        end as handled
    from {{ ref('int_tickets_measured') }}
),

contacts as (
    select
        identities.customer_key,
        {{ business_date('contacts.at', 'run_context.business_time_zone') }} as signal_date
    from {{ ref('stg_crm__interactions') }} as contacts
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            contacts.source_system = identities.source_system
            and contacts.customer_id = identities.customer_id
    cross join {{ source('raw', 'run_context') }} as run_context
    where
        contacts.topic = 'complaint'
        and contacts.direction = 'inbound'
        and contacts.at < run_context.as_of_end_at
),

answers as (
    select
        customer_key,
        lower(question_code) as code,
        answered_date as signal_date,
        answer_index as signal_value
    from {{ ref('int_survey_answers_validated') }}
    where customer_key is not null
),

gathered as (
    select * from ended_contracts
    union all
    select
        customer_key,
        'complaint' as signal,
        cause_code as code,
        created_date as signal_date,
        null as signal_value
    from cases
    where is_complaint and cause_code is not null
    union all
    select
        customer_key,
        'case_handled' as signal,
        handled as code,
        created_date as signal_date,
        null as signal_value
    from cases
    where handled is not null
    union all
    select
        customer_key,
        'contact' as signal,
        'complaint' as code,
        signal_date,
        null as signal_value
    from contacts
    union all
    select
        customer_key,
        'low_answer' as signal,
        code,
        signal_date,
        -- The lower the answer, the more it says: the largest value of a day is the strongest.
        100 - signal_value as signal_value
    from answers
    union all
    select
        customer_key,
        'high_answer' as signal,
        code,
        signal_date,
        signal_value
    from answers
)

select
    customer_key,
    signal,
    code,
    signal_date,
    cast(max(signal_value) as decimal(18, 6)) as signal_value
from gathered
where customer_key <> 'unknown'
group by customer_key, signal, code, signal_date
