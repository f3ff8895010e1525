-- One row per survey, question, wave and segment ('all', and each touchpoint), at the as-of date:
-- the Net Promoter Score with its standard error. Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

answers as (
    select answers.*
    from {{ ref('int_nps_answers_classified') }} as answers
    left join {{ ref('dim_customer') }} as customers
        on answers.customer_key = customers.customer_key
    where not coalesce(customers.is_test, false)
),

segmented as (
    select
        survey_id,
        question_code,
        wave,
        'all' as segment_kind,
        'all' as segment,
        nps_class
    from answers
    union all
    select
        survey_id,
        question_code,
        wave,
        'touchpoint' as segment_kind,
        touchpoint as segment,
        nps_class
    from answers
),

counted as (
    select
        survey_id,
        question_code,
        wave,
        segment_kind,
        segment,
        count(*) as n,
        sum(case when nps_class = 'promoter' then 1 else 0 end) as promoters,
        sum(case when nps_class = 'passive' then 1 else 0 end) as passives,
        sum(case when nps_class = 'detractor' then 1 else 0 end) as detractors
    from segmented
    group by survey_id, question_code, wave, segment_kind, segment
)

select
    counted.survey_id || '/' || counted.question_code || '/' || counted.wave || '/'
    || counted.segment_kind || '/' || counted.segment as survey_nps_key,
    run_context.as_of_date,
    counted.survey_id,
    counted.question_code,
    counted.wave,
    counted.segment_kind,
    counted.segment,
    cast(counted.n as bigint) as answer_count,
    cast(counted.promoters as bigint) as promoter_count,
    cast(counted.passives as bigint) as passive_count,
    cast(counted.detractors as bigint) as detractor_count,
    100 * cast(counted.promoters - counted.detractors as double) / counted.n as nps,
    -- sqrt((p + d - (p - d)^2) / n) of the shares p and d, brought to whole numbers over n^3
    100 * sqrt(
        cast(
            counted.n * (counted.promoters + counted.detractors)
            - (counted.promoters - counted.detractors) * (counted.promoters - counted.detractors)
            as double
        ) / (cast(counted.n as double) * counted.n * counted.n)
    ) as nps_se
from counted
cross join run_context
