-- Claim: a grade is given or its absence explained, its points are those of its characteristics, and
-- no customer with a larger share of the points has a worse grade. Fails on each customer or pair of
-- grades that breaks it.
with
credits as (
    select * from {{ ref('customer_credit') }}
),

grade_ranges as (
    select
        credit_grade,
        min(credit_points_rate) as lowest_rate,
        max(credit_points_rate) as highest_rate
    from credits
    where credit_grade is not null
    group by credit_grade
)

select
    customer_key as who,
    credit_grade,
    credit_points
from credits
where
    (credit_grade is null) <> (credit_reason is not null)
    or credit_points <> coalesce(days_past_due_points, 0) + coalesce(limit_use_rate_points, 0)
    + coalesce(disputes_points, 0) + coalesce(bureau_score_points, 0)
    + coalesce(payment_punctuality_rate_points, 0)
union all
select
    better.credit_grade as who,
    worse.credit_grade,
    null as credit_points
from grade_ranges as better
inner join grade_ranges as worse on better.credit_grade < worse.credit_grade
where better.lowest_rate <= worse.highest_rate
