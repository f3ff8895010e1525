-- One row per sales employee, calendar month and measure (sales_rep_id, month_start_date, measure):
-- number and sum of what was measured of the employee's own customers. Whose customer somebody is, is
-- known as of today only, so a book is the same in all months. Measures: csat (1 satisfied, 0 not) and nps
-- (100, 0, -100) of answers in rep_window_days up to the month's end; repurchase (1 bought in the
-- month) of customers who bought in rep_window_days before it.
with
rules as (
    select max(case when rule = 'rep_window_days' then value end) as window_days
    from {{ ref('service_rules') }}
),

books as (
    select
        customer_key,
        sales_rep_id
    from {{ ref('dim_customer') }}
    where sales_rep_id is not null and not is_test
),

months as (
    select
        spans.period_start_date as month_start_date,
        max(spans.calendar_date) as month_end_date
    from {{ ref('int_periods_spanned') }} as spans
    where spans.period_kind = 'month'
    group by spans.period_start_date
),

answers as (
    select
        books.sales_rep_id,
        months.month_start_date,
        answers.kind as measure,
        case
            when answers.kind = 'csat' then case when answers.is_satisfied then 1 else 0 end
            when answers.nps_class = 'promoter' then 100
            when answers.nps_class = 'detractor' then -100
            else 0
        end as measured
    from {{ ref('int_survey_answers_segmented') }} as answers
    cross join rules
    inner join books on answers.customer_key = books.customer_key
    inner join months
        on
            answers.answered_date <= months.month_end_date
            and answers.answered_date
            > {{ dbt.dateadd('day', '-1 * rules.window_days', 'months.month_end_date') }}
    where answers.segment_kind = 'all'
),

active as (
    select
        books.sales_rep_id,
        months.month_start_date,
        occasions.customer_key,
        max(case when occasions.purchase_date >= months.month_start_date then 1 else 0 end)
            as is_in_month,
        max(case when occasions.purchase_date < months.month_start_date then 1 else 0 end)
            as is_before
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join rules
    inner join books on occasions.customer_key = books.customer_key
    inner join months
        on
            occasions.purchase_date <= months.month_end_date
            and occasions.purchase_date
            >= {{ dbt.dateadd('day', '-1 * rules.window_days', 'months.month_start_date') }}
    group by books.sales_rep_id, months.month_start_date, occasions.customer_key
),

measured as (
    select * from answers
    union all
    select
        sales_rep_id,
        month_start_date,
        'repurchase' as measure,
        is_in_month as measured
    from active
    where is_before = 1
)

select
    sales_rep_id,
    month_start_date,
    measure,
    cast(count(*) as bigint) as measured_count,
    cast(sum(measured) as bigint) as measured_sum,
    cast(sum(measured * measured) as bigint) as measured_square_sum
from measured
group by sales_rep_id, month_start_date, measure
