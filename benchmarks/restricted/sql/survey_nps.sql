-- Net Promoter Score of each wave, of everybody and by touchpoint; regions, stages and intervals are
-- left out.
with
answers as (
    select answers.*
    from intermediate.int_nps_answers_classified as answers
    left join marts.dim_customer as customers on answers.customer_key = customers.customer_key
    where not coalesce(customers.is_test, false)
),

segmented as (
    select *, 'all' as segment_kind, 'all' as segment from answers
    union all
    select *, 'touchpoint' as segment_kind, touchpoint as segment from answers
)

select
    run_context.as_of_date,
    survey_id,
    question_code,
    wave,
    segment_kind,
    segment,
    count(*) as answer_count,
    count(case when nps_class = 'promoter' then 1 end) as promoter_count,
    count(case when nps_class = 'detractor' then 1 end) as detractor_count
from segmented
cross join raw.run_context
group by run_context.as_of_date, survey_id, question_code, wave, segment_kind, segment
