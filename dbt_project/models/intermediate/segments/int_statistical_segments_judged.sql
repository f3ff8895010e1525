-- One row per customer of dim_customer, the unknown member left out: the statistical segment (J5)
-- whose centre is nearest, and the smallest change of one measure, all else equal, that leads into
-- another.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

runs as (
    select * from {{ source('models', 'statistical_run') }}
),

names as (
    select
        segment,
        segment_name
    from {{ source('models', 'statistical_segment') }}
),

-- Whole days: the first number beyond the boundary.
told as (
    select
        clustered.*,
        own.segment_name,
        others.segment_name as exit_name,
        case clustered.exit_measure
            when 'days_since_last_order'
                then {{ whole_beyond('exit_value', 'days_since_last_order') }}
                    || ' instead of ' || cast(clustered.days_since_last_order as string)
                    || ' days since the last purchase'
            when 'occasion_count'
                then {{ whole_beyond('exit_value', 'occasion_count') }}
                    || ' instead of ' || cast(clustered.occasion_count as string)
                    || ' purchase days'
            when 'net_amount'
                then 'a net amount of ' || {{ amount_in_words('clustered.exit_value') }}
                    || ' instead of ' || {{ amount_in_words('clustered.net_amount') }}
            when 'expected_amount'
                then {{ amount_in_words('clustered.exit_value') }}
                    || ' instead of ' || {{ amount_in_words('clustered.expected_amount') }}
                    || ' expected in the next 365 days'
        end as exit_in_words
    from {{ ref('int_customers_clustered') }} as clustered
    inner join names as own on clustered.segment = own.segment
    left join names as others on clustered.exit_segment = others.segment
)

select
    customers.customer_key,
    'statistical' as scheme,
    coalesce(told.segment, 'not_clustered') as raw_segment,
    case
        when told.segment is not null
            then
                told.segment_name || ': last purchase '
                || {{ counted_in_words('told.days_since_last_order', 'day') }} || ' ago, '
                || {{ counted_in_words('told.occasion_count', 'purchase day') }} || ', '
                || {{ amount_in_words('told.net_amount') }} || ' ' || run_context.currency_code
                || ' to date'
                || coalesce(
                    ', ' || {{ amount_in_words('told.expected_amount') }}
                    || ' expected in the next 365 days', ''
                )
        when runs.status = 'fitted' then 'no purchase yet'
        else 'no statistical segments: ' || runs.reason
    end as segment_reason,
    told.exit_segment as nearest_segment,
    told.exit_points as distance_to_exit,
    case when told.exit_points is not null then 'points' end as distance_unit,
    told.clear_rate,
    case
        when told.exit_segment is not null
            then told.exit_in_words || ', all else equal: ' || told.exit_name
        when told.segment is null and runs.status = 'fitted' then 'a first purchase'
    end as exit_condition
from {{ ref('dim_customer') }} as customers
left join told on customers.customer_key = told.customer_key
cross join runs
cross join run_context
where customers.customer_kind <> 'unknown'
