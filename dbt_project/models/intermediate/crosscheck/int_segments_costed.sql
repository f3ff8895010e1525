-- One row per segment whose acquisition cost is known (segment_kind, segment): what winning a customer
-- of it cost. Channels and the base over the last twelve calendar months, the running one included;
-- cohorts over their own quarter. Spend is not known by region.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

months as (
    select
        spent.channel,
        spent.acquisition_spend_amount,
        spent.new_customer_count,
        cast(extract(year from spent.month_date) as string)
        || '-Q' || cast(extract(quarter from spent.month_date) as string) as cohort,
        spent.month_date > {{ dbt.dateadd(
            'month', -12, dbt.date_trunc('month', 'run_context.as_of_date')
        ) }} as is_in_last_year
    from {{ ref('int_acquisition_spent') }} as spent
    cross join run_context
),

channels as (
    select
        channel,
        sum(acquisition_spend_amount) as acquisition_spend_amount,
        sum(new_customer_count) as new_customer_count
    from months
    where is_in_last_year
    group by channel
    having sum(acquisition_spend_amount) > 0
),

-- As for the base, customers of channels that are never paid for are left out.
cohort_channels as (
    select
        cohort,
        channel,
        sum(acquisition_spend_amount) as acquisition_spend_amount,
        sum(new_customer_count) as new_customer_count
    from months
    group by cohort, channel
    having sum(acquisition_spend_amount) > 0
),

spent as (
    select
        'acquisition_channel' as segment_kind,
        channel as segment,
        acquisition_spend_amount,
        new_customer_count
    from channels
    union all
    select
        'cohort' as segment_kind,
        cohort as segment,
        sum(acquisition_spend_amount) as acquisition_spend_amount,
        sum(new_customer_count) as new_customer_count
    from cohort_channels
    group by cohort
    union all
    select
        'all' as segment_kind,
        'all' as segment,
        acquisition_spend_amount,
        new_customer_count
    from {{ ref('int_acquisition_costed') }}
)

select
    segment_kind,
    segment,
    cast(
        cast(acquisition_spend_amount as double) / new_customer_count as decimal(18, 4)
    ) as acquisition_cost_amount
from spent
where acquisition_spend_amount is not null and new_customer_count > 0
