-- Published result: of the 948 customers whose first line in the second sheet of Online Retail II is
-- of December 2010, 38.2, 33.4, 38.7, 36.0, 39.7, 38.0, 35.4, 35.4, 39.5, 37.3 and 50.0 % have a
-- line in months 1 to 11 (the notes that came with the file; month 12 is partial).
--
-- It stands on the delivered lines, not on cohort_retention: the published row takes every line with
-- a customer id, credit notes included, and knows nothing of the year before.
with
active_months as (
    select distinct
        customer_id,
        extract(year from invoiced_at) * 12 + extract(month from invoiced_at) as active_month
    from {{ ref('stg_online_retail__lines') }}
    where
        sheet = 'Year 2010-2011'
        and customer_id is not null
),

cohorts as (
    select
        customer_id,
        active_month,
        min(active_month) over (partition by customer_id) as first_month
    from active_months
),

retained as (
    select
        active_month - first_month as months_since_first,
        count(*) as customer_count
    from cohorts
    where first_month = 2010 * 12 + 12
    group by active_month - first_month
)

select
    cast(months_since_first as integer) as months_since_first,
    customer_count,
    round(100.0 * customer_count / max(customer_count) over (), 1) as retained_percent
from retained
order by months_since_first
