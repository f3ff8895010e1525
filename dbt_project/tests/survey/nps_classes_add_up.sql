-- Claim: promoters, passives and detractors are all answers of a segment, and the touchpoints of a
-- wave are all its answers. Fails on each segment and each wave with a rest.
with
scores as (
    select * from {{ ref('survey_nps') }}
),

waves as (
    select
        survey_id,
        question_code,
        wave,
        sum(case when segment_kind = 'all' then answer_count else 0 end) as answer_count,
        sum(case when segment_kind = 'touchpoint' then answer_count else 0 end)
            as answer_count_by_touchpoint
    from scores
    group by survey_id, question_code, wave
)

select
    survey_nps_key as place,
    answer_count as expected,
    promoter_count + passive_count + detractor_count as observed
from scores
where answer_count <> promoter_count + passive_count + detractor_count
union all
select
    survey_id || '/' || question_code || '/' || wave as place,
    answer_count as expected,
    answer_count_by_touchpoint as observed
from waves
where answer_count <> answer_count_by_touchpoint
