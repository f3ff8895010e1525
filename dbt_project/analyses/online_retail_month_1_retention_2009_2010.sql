-- Published result: the first sheet of Online Retail II, over the lines with a positive quantity and
-- a customer id, has 13 monthly cohorts, and 23.0 % of their customers have a line in the month
-- after their first (the notes that came with the file). Pooled over the cohorts that have such a
-- month: that of December 2010, the last, has none.
--
-- Like the other two it stands on the delivered lines: cohort_retention counts goods alone and knows
-- the following year.
with
active_months as (
    select distinct
        customer_id,
        extract(year from invoiced_at) * 12 + extract(month from invoiced_at) as active_month
    from {{ ref('stg_online_retail__lines') }}
    where
        sheet = 'Year 2009-2010'
        and quantity > 0
        and customer_id is not null
),

cohorts as (
    select
        active_month,
        min(active_month) over (partition by customer_id) as first_month,
        max(active_month) over () as last_month
    from active_months
),

counted as (
    select
        count(distinct first_month) as cohort_count,
        sum(case when active_month = first_month and first_month < last_month then 1 else 0 end)
            as customer_count,
        sum(case when active_month = first_month + 1 then 1 else 0 end) as retained_count
    from cohorts
)

select
    cohort_count,
    customer_count,
    round(100.0 * retained_count / customer_count, 1) as retained_percent
from counted
