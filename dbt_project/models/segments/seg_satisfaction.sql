-- One row per figure (nps, csat), survey, question, wave and segment (satisfaction_key): how satisfied
-- customers said they are, with the interval that a sample of that size leaves. Test accounts are left
-- out.
with
waves as (
    select
        kind,
        survey_id,
        question_code,
        wave,
        min(answered_date) as first_answered_date,
        max(answered_date) as last_answered_date
    from {{ ref('int_survey_answers_segmented') }}
    where segment_kind = 'all'
    group by kind, survey_id, question_code, wave
),

figures as (
    select
        'nps' as figure,
        as_of_date,
        survey_id,
        question_code,
        wave,
        segment_kind,
        segment,
        answer_count,
        promoter_count as favourable_count,
        detractor_count as unfavourable_count,
        nps as score,
        nps_lo as score_lo,
        nps_hi as score_hi,
        nps_reason as score_reason,
        nps_interval_reason as interval_reason
    from {{ ref('survey_nps') }}
    union all
    select
        'csat' as figure,
        as_of_date,
        survey_id,
        question_code,
        wave,
        segment_kind,
        segment,
        answer_count,
        satisfied_count as favourable_count,
        dissatisfied_count as unfavourable_count,
        100 * csat_rate as score,
        100 * csat_rate_lo as score_lo,
        100 * csat_rate_hi as score_hi,
        csat_reason as score_reason,
        csat_reason as interval_reason
    from {{ ref('survey_csat') }}
)

select
    figures.figure || '/' || figures.survey_id || '/' || figures.question_code || '/' || figures.wave
    || '/' || figures.segment_kind || '/' || figures.segment as satisfaction_key,
    figures.as_of_date,
    figures.figure,
    figures.survey_id,
    figures.question_code,
    figures.wave,
    figures.segment_kind,
    figures.segment,
    waves.first_answered_date,
    waves.last_answered_date,
    figures.answer_count,
    figures.favourable_count,
    figures.answer_count - figures.favourable_count - figures.unfavourable_count as neutral_count,
    figures.unfavourable_count,
    figures.score,
    figures.score_lo,
    figures.score_hi,
    figures.score_reason,
    figures.interval_reason
from figures
left join waves
    on
        figures.figure = waves.kind
        and figures.survey_id = waves.survey_id
        and figures.question_code = waves.question_code
        and figures.wave = waves.wave
