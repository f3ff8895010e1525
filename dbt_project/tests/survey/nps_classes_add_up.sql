-- Claim: promoters, passives and detractors are all answers of a segment, and the segments of each
-- kind are all answers of a wave. Fails on each segment and each wave with a rest.
with
scores as (
    select * from {{ ref('survey_nps') }}
),

kinds as (
    select
        survey_id,
        question_code,
        wave,
        segment_kind,
        sum(answer_count) as answer_count
    from scores
    group by survey_id, question_code, wave, segment_kind
)

select
    survey_nps_key as place,
    answer_count as expected,
    promoter_count + passive_count + detractor_count as observed
from scores
where answer_count <> promoter_count + passive_count + detractor_count
union all
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
