-- Claim: the segments of each kind are all answers of a wave, and all waves but the current one are all
-- valid answers to satisfaction questions by others than testers. Fails on each wave with a rest, and
-- on the total.
with
kinds as (
    select
        survey_id,
        question_code,
        wave,
        segment_kind,
        sum(answer_count) as answer_count
    from {{ ref('survey_csat') }}
    group by survey_id, question_code, wave, segment_kind
),

valid_answers as (
    select count(*) as answer_count
    from {{ ref('int_survey_answers_validated') }} as answers
    left join {{ ref('dim_customer') }} as customers
        on answers.customer_key = customers.customer_key
    where answers.kind = 'csat' and not coalesce(customers.is_test, false)
),

published as (
    select coalesce(sum(answer_count), 0) as answer_count
    from kinds
    where segment_kind = 'all' and wave <> 'current'
)

select
    kinds.survey_id || '/' || kinds.question_code || '/' || kinds.wave || '/' || kinds.segment_kind
        as place,
    everybody.answer_count as expected,
    kinds.answer_count as observed
from kinds
inner join kinds as everybody
    on
        kinds.survey_id = everybody.survey_id
        and kinds.question_code = everybody.question_code
        and kinds.wave = everybody.wave
where
    everybody.segment_kind = 'all'
    and kinds.answer_count <> everybody.answer_count
union all
select
    'every wave' as place,
    valid_answers.answer_count as expected,
    published.answer_count as observed
from valid_answers
cross join published
where valid_answers.answer_count <> published.answer_count
