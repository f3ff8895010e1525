-- One row per scheme, calendar month and segment (scheme, month_start_date, segment) that somebody was
-- ever in: customers at the start of the month and what they are worth at the as-of date. The first
-- remembered day of a scheme opens its first month. 600 months reach 50 years;
-- migrations_chain_and_end_with_the_customers_of_today fails where memory is longer.
{%- set counted %}
cast(count(*) as bigint) as customer_count,
        cast(count(total_amount) as bigint) as valued_count,
        coalesce(sum(total_amount), 0) as amount
{%- endset %}
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

memberships as (
    select
        memberships.scheme,
        memberships.segment,
        memberships.valid_from_date,
        customer_values.total_amount
    from {{ ref('segment_membership') }} as memberships
    left join {{ ref('customer_value') }} as customer_values
        on memberships.customer_key = customer_values.customer_key
),

events as (
    select * from {{ ref('int_segment_events_valued') }}
),

beginnings as (
    select
        scheme,
        min(valid_from_date) as first_date
    from memberships
    group by scheme
),

months as (
    select
        beginnings.scheme,
        cast({{ dbt.dateadd(
            'month', 'cast(numbers.generated_number as integer) - 1',
            dbt.date_trunc('month', 'beginnings.first_date')
        ) }} as date) as month_start_date
    from beginnings
    cross join ({{ dbt.generate_series(600) }}) as numbers
    cross join run_context
    where
        numbers.generated_number - 1
        <= {{ calendar_months_between('beginnings.first_date', 'run_context.as_of_date') }}
),

-- Of the first day, without a month, and what came to a segment and left it in each month since.
changes as (
    select
        memberships.scheme,
        memberships.segment,
        cast(null as date) as month_start_date,
        1 as sign,
        {{ counted }}
    from memberships
    inner join beginnings
        on
            memberships.scheme = beginnings.scheme
            and memberships.valid_from_date = beginnings.first_date
    group by memberships.scheme, memberships.segment
    {% for side, sign in [('to', '1'), ('from', '-1')] %}
    union all
    select
        scheme,
        {{ side }}_segment as segment,
        month_start_date,
        {{ sign }} as sign,
        {{ counted }}
    from events
    where {{ side }}_segment <> 'outside'
    group by scheme, {{ side }}_segment, month_start_date
    {% endfor %}
)

select
    months.scheme,
    months.month_start_date,
    changes.segment,
    cast(sum(changes.sign * changes.customer_count) as bigint) as customer_count,
    cast(sum(changes.sign * changes.valued_count) as bigint) as valued_count,
    cast(sum(changes.sign * changes.amount) as decimal(18, 4)) as amount
from months
inner join changes
    on
        months.scheme = changes.scheme
        and coalesce(months.month_start_date > changes.month_start_date, true)
group by months.scheme, months.month_start_date, changes.segment
