-- One row per month (month_start_date), from the first month of sales, opinions or answers to that of
-- the as-of date: what reviews, mentions and the likelihood to recommend say of the firm. The trend of
-- the Net Promoter Score compares three months with the three before. Test accounts are left out.
with
run_context as (
    select
        as_of_date,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as running_month_date
    from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(max(case when rule = 'minimum_answers' then value end) as integer) as minimum_answers
    from {{ ref('survey_rules') }}
),

said as (
    select
        cast({{ dbt.date_trunc('month', 'said_date') }} as date) as month_start_date,
        count(*) as opinion_count,
        count(case when mood = 'positive' then 1 end) as positive_count,
        count(case when mood = 'negative' then 1 end) as negative_count,
        count(rating) as review_count,
        sum(rating) as rating_sum
    from {{ ref('int_opinions_classified') }}
    group by cast({{ dbt.date_trunc('month', 'said_date') }} as date)
),

scores as (
    select * from {{ ref('int_nps_months_counted') }}
),

months as (
    select period_start_date as month_start_date
    from {{ ref('int_periods_spanned') }}
    where period_kind = 'month'
    union
    select month_start_date from said
    union
    select month_start_date from scores
    union
    select running_month_date as month_start_date from run_context
),

joined as (
    select
        months.month_start_date,
        coalesce(said.opinion_count, 0) as opinion_count,
        coalesce(said.positive_count, 0) as positive_count,
        coalesce(said.negative_count, 0) as negative_count,
        coalesce(said.review_count, 0) as review_count,
        said.rating_sum,
        coalesce(scores.answer_count, 0) as answer_count,
        scores.nps,
        scores.nps_se,
        coalesce(scores.quarter_answer_count, 0) as quarter_answer_count,
        scores.quarter_nps,
        scores.quarter_nps_se,
        coalesce(earlier.quarter_answer_count, 0) as earlier_answer_count,
        least(coalesce(scores.quarter_answer_count, 0), coalesce(earlier.quarter_answer_count, 0))
        >= rules.minimum_answers as is_trend_known,
        scores.quarter_nps - earlier.quarter_nps as nps_trend,
        sqrt(power(scores.quarter_nps_se, 2) + power(earlier.quarter_nps_se, 2)) as nps_trend_se,
        rules.minimum_answers
    from months
    left join said on months.month_start_date = said.month_start_date
    left join scores on months.month_start_date = scores.month_start_date
    left join scores as earlier
        on
            months.month_start_date
            = cast({{ dbt.dateadd('month', 3, 'earlier.month_start_date') }} as date)
    cross join rules
)

select
    joined.month_start_date,
    run_context.as_of_date,
    joined.month_start_date = run_context.running_month_date
    and {{ is_running_period("'month'", 'joined.month_start_date', 'run_context.as_of_date') }}
        as is_running,
    cast(joined.review_count as bigint) as review_count,
    cast(joined.rating_sum as double) / nullif(joined.review_count, 0) as mean_rating,
    case when joined.review_count = 0 then 'no review with stars in the month' end as rating_reason,
    cast(joined.opinion_count as bigint) as opinion_count,
    cast(joined.positive_count - joined.negative_count as double)
    / nullif(joined.positive_count + joined.negative_count, 0) as net_sentiment,
    case
        when joined.opinion_count = 0 then 'nothing was said in the month'
        when joined.positive_count + joined.negative_count = 0 then 'all that was said is neutral'
    end as sentiment_reason,
    cast(joined.answer_count as bigint) as nps_answer_count,
    joined.nps,
    joined.nps_se,
    case when joined.nps is null then 'no valid answer in the month' end as nps_reason,
    cast(joined.quarter_answer_count as bigint) as nps_3_month_answer_count,
    joined.quarter_nps as nps_3_months,
    case when joined.is_trend_known then joined.nps_trend end as nps_trend,
    case when joined.is_trend_known then joined.nps_trend_se end as nps_trend_se,
    case
        when joined.is_trend_known
            then abs(joined.nps_trend) > 1.959963984540054 * joined.nps_trend_se
    end as is_nps_trend_beyond_chance,
    case
        when not joined.is_trend_known
            then
                'fewer than ' || cast(joined.minimum_answers as string)
                || ' answers in these three months or in the three before'
    end as nps_trend_reason
from joined
cross join run_context
