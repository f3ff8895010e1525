-- One row per period and kind of customer (period_kind, period_start_date, is_known): customers of the
-- base to whom a campaign made an offer in the period, and how many of them bought within
-- offer_window_days of the first one. Known is who had bought before. Hold-outs were made none.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as integer) as window_days
    from {{ ref('winback_rules') }}
    where rule = 'offer_window_days'
),

offered as (
    select
        periods.period_kind,
        periods.period_start_date,
        attempts.customer_key,
        attempts.occasion_count > 0 as is_known,
        coalesce(
            {{ dbt.datediff('attempts.assigned_date', 'attempts.next_purchase_date', 'day') }}
            <= rules.window_days,
            false
        ) as is_success,
        row_number() over (
            partition by periods.period_kind, periods.period_start_date, attempts.customer_key
            order by attempts.assigned_date, attempts.campaign_id
        ) as place
    from {{ ref('int_retention_periods_spanned') }} as periods
    cross join rules
    cross join run_context
    inner join {{ ref('int_campaign_attempts_followed') }} as attempts
        on
            periods.period_start_date <= attempts.assigned_date
            and periods.next_start_date > attempts.assigned_date
    where
        attempts.arm = 'treated'
        and not attempts.is_in_both_arms
        and not attempts.is_test_customer
        and {{ dbt.datediff('attempts.assigned_date', 'run_context.as_of_date', 'day') }}
        >= rules.window_days
)

select
    period_kind,
    period_start_date,
    is_known,
    cast(count(*) as bigint) as offer_count,
    cast(sum(case when is_success then 1 else 0 end) as bigint) as success_count
from offered
where place = 1
group by period_kind, period_start_date, is_known
