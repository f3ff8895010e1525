-- Claim: the days, and likewise the months, of social_performance add up to every opinion and every
-- review. A row is a kind of period that counts more or fewer.
with
opinions as (
    select
        count(mood) as opinion_count,
        count(rating) as review_count
    from {{ ref('int_opinions_classified') }}
),

periods as (
    select
        period_kind,
        sum(opinion_count) as opinion_count,
        sum(review_count) as review_count
    from {{ ref('social_performance') }}
    where period_kind in ('day', 'month')
    group by period_kind
)

select
    periods.period_kind,
    periods.opinion_count,
    opinions.opinion_count as opinions_in_all,
    periods.review_count,
    opinions.review_count as reviews_in_all
from periods
cross join opinions
where
    periods.opinion_count <> opinions.opinion_count
    or periods.review_count <> opinions.review_count
