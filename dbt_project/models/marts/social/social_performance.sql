-- One row per period kind, period and product (or all), at the as-of date: what is said of the firm in public.
-- Days and months are of everything; the last 365 days also of each reviewed product, and their row of
-- everything is there when nothing was said.
with
run_context as (
    select
        as_of_date,
        cast({{ dbt.dateadd('day', '-364', 'as_of_date') }} as date) as window_start_date
    from {{ source('raw', 'run_context') }}
),

opinions as (
    select
        opinions.*,
        run_context.window_start_date
    from {{ ref('int_opinions_classified') }} as opinions
    cross join run_context
),

delivered as (
    select
        count(*) as opinions,
        count(rating) as reviews
    from opinions
),

sliced as (
    select
        'day' as period_kind,
        said_date as period_start_date,
        'all' as product_id,
        rating,
        mood
    from opinions
    union all
    select
        'month' as period_kind,
        cast({{ dbt.date_trunc('month', 'said_date') }} as date) as period_start_date,
        'all' as product_id,
        rating,
        mood
    from opinions
    union all
    select
        'last_365_days' as period_kind,
        window_start_date as period_start_date,
        'all' as product_id,
        rating,
        mood
    from opinions
    where said_date >= window_start_date
    union all
    select
        'last_365_days' as period_kind,
        window_start_date as period_start_date,
        product_id,
        rating,
        mood
    from opinions
    where said_date >= window_start_date and product_id is not null
    union all
    select
        'last_365_days' as period_kind,
        window_start_date as period_start_date,
        'all' as product_id,
        null as rating,
        null as mood
    from run_context
),

counted as (
    select
        period_kind,
        period_start_date,
        product_id,
        count(mood) as classified,
        count(case when mood = 'positive' then 1 end) as positive,
        count(case when mood = 'negative' then 1 end) as negative,
        count(rating) as reviews,
        count(case when rating is not null and mood = 'negative' then 1 end) as negative_reviews,
        sum(rating) as rating_sum
    from sliced
    group by period_kind, period_start_date, product_id
)

select
    run_context.as_of_date,
    counted.period_kind,
    counted.period_start_date,
    counted.product_id,
    cast(counted.classified as bigint) as opinion_count,
    cast(counted.positive as bigint) as positive_count,
    cast(counted.negative as bigint) as negative_count,
    cast(counted.positive as double) / nullif(counted.classified, 0) as positive_rate,
    cast(counted.negative as double) / nullif(counted.classified, 0) as negative_rate,
    cast(counted.positive - counted.negative as double)
    / nullif(counted.positive + counted.negative, 0) as net_sentiment,
    case
        when delivered.opinions = 0 then 'no mentions and no reviews are delivered'
        when counted.classified = 0 then 'nothing with a sentiment or stars was said'
        when counted.positive + counted.negative = 0 then 'all that was said is neutral'
    end as sentiment_reason,
    cast(counted.reviews as bigint) as review_count,
    cast(counted.negative_reviews as bigint) as negative_review_count,
    cast(counted.negative_reviews as double) / nullif(counted.reviews, 0) as negative_review_rate,
    cast(counted.rating_sum as double) / nullif(counted.reviews, 0) as mean_rating,
    case
        when delivered.reviews = 0 then 'no reviews are delivered'
        when counted.reviews = 0 then 'no review was written'
    end as review_reason
from counted
cross join delivered
cross join run_context
