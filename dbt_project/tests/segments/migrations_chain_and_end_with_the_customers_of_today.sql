-- Claim: each month of a scheme ends with the customers and amounts with which the next one begins, and
-- the last month with those of today's memberships.
{%- set sums %}
sum(customer_count) as customer_count,
        sum(valued_count) as valued_count,
        coalesce(sum(amount), 0) as amount
{%- endset %}
with
run_context as (
    select cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as last_month_date
    from {{ source('raw', 'run_context') }}
),

migrations as (
    select * from {{ ref('segment_migration') }}
),

firsts as (
    select
        scheme,
        min(month_start_date) as first_month_date
    from migrations
    group by scheme
),

ends as (
    select
        scheme,
        cast({{ dbt.dateadd('month', 1, 'month_start_date') }} as date) as month_start_date,
        to_segment as segment,
        {{ sums }}
    from migrations
    where to_segment <> 'outside'
    group by scheme, month_start_date, to_segment
),

begins as (
    select
        migrations.scheme,
        migrations.month_start_date,
        migrations.from_segment as segment,
        {{ sums }}
    from migrations
    inner join firsts on migrations.scheme = firsts.scheme
    where
        migrations.from_segment <> 'outside'
        and migrations.month_start_date > firsts.first_month_date
    group by migrations.scheme, migrations.month_start_date, migrations.from_segment
    union all
    select
        memberships.scheme,
        cast({{ dbt.dateadd('month', 1, 'run_context.last_month_date') }} as date) as month_start_date,
        memberships.segment,
        count(*) as customer_count,
        count(customer_values.total_amount) as valued_count,
        coalesce(sum(customer_values.total_amount), 0) as amount
    from {{ ref('segment_membership') }} as memberships
    left join {{ ref('customer_value') }} as customer_values
        on memberships.customer_key = customer_values.customer_key
    cross join run_context
    where memberships.is_current
    group by memberships.scheme, run_context.last_month_date, memberships.segment
)

select
    coalesce(ends.scheme, begins.scheme) as scheme,
    coalesce(ends.month_start_date, begins.month_start_date) as month_start_date,
    coalesce(ends.segment, begins.segment) as segment,
    ends.customer_count as ending_count,
    begins.customer_count as beginning_count
from ends
full outer join begins
    on
        ends.scheme = begins.scheme
        and ends.month_start_date = begins.month_start_date
        and ends.segment = begins.segment
where
    coalesce(ends.customer_count, 0) <> coalesce(begins.customer_count, 0)
    or coalesce(ends.valued_count, 0) <> coalesce(begins.valued_count, 0)
    or coalesce(ends.amount, 0) <> coalesce(begins.amount, 0)
