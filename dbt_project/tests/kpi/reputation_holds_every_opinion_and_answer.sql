-- Claim: each opinion is in one month of brand_reputation, and the respondents of a month are those of the
-- answers. A failing row shows the sums that differ.
with
reputation as (
    select
        sum(opinion_count) as opinion_count,
        sum(nps_answer_count) as answer_count
    from {{ ref('brand_reputation') }}
),

opinions as (
    select count(*) as opinion_count from {{ ref('int_opinions_classified') }}
),

respondents as (
    select distinct
        respondent_key,
        {{ dbt.date_trunc('month', 'answered_date') }} as answer_month
    from {{ ref('int_survey_answers_segmented') }}
    where kind = 'nps' and segment_kind = 'all'
),

answers as (
    select count(*) as answer_count from respondents
)

select
    reputation.opinion_count,
    reputation.answer_count
from reputation
cross join opinions
cross join answers
where
    reputation.opinion_count <> opinions.opinion_count
    or reputation.answer_count <> answers.answer_count
