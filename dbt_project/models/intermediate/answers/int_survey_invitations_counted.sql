-- One row per survey, wave and question: who was asked up to the as-of date, answered or not, and the
-- versions of the questionnaire. Without any survey there is one row of survey 'none'. Test customers
-- are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

asked as (
    select
        coalesce(responses.survey_id, 'unnamed') as survey_id,
        responses.question_code,
        responses.wave,
        responses.answered_at < run_context.as_of_end_at as is_answered,
        coalesce(responses.version, 'not given') as questionnaire_version,
        {{ business_date(
            'case when responses.answered_at < run_context.as_of_end_at then responses.answered_at'
            ~ ' else responses.invited_at end', 'run_context.business_time_zone'
        ) }} as told_date,
        coalesce(
            identities.customer_key,
            'unresolved:' || responses.source_system || ':' || responses.customer_id,
            'response:' || responses.response_id
        ) as respondent_key
    from {{ ref('stg_crm__survey_responses') }} as responses
    cross join run_context
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            responses.source_system = identities.source_system
            and responses.customer_id = identities.customer_id
    left join {{ ref('dim_customer') }} as customers
        on identities.customer_key = customers.customer_key
    where
        coalesce(responses.invited_at, responses.answered_at) < run_context.as_of_end_at
        and not coalesce(customers.is_test, false)
),

counted as (
    select
        survey_id,
        question_code,
        coalesce(wave, substr(cast(told_date as string), 1, 7)) as wave,
        count(distinct respondent_key) as invited_count,
        count(distinct case when coalesce(is_answered, false) then respondent_key end)
            as told_count,
        count(distinct questionnaire_version) as version_count,
        max(told_date) as last_date
    from asked
    where told_date is not null
    group by survey_id, question_code, coalesce(wave, substr(cast(told_date as string), 1, 7))
)

select
    survey_id,
    question_code,
    wave,
    cast(invited_count as bigint) as invited_count,
    cast(told_count as bigint) as told_count,
    cast(version_count as bigint) as version_count,
    max(last_date) over (partition by survey_id, wave) as wave_date,
    sum(invited_count - told_count) over (partition by survey_id) > 0 as has_silent
from counted
union all
select
    'none' as survey_id,
    'none' as question_code,
    'none' as wave,
    cast(0 as bigint) as invited_count,
    cast(0 as bigint) as told_count,
    cast(0 as bigint) as version_count,
    run_context.as_of_date as wave_date,
    false as has_silent
from run_context
where not exists (select 1 from counted)
