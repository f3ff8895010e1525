-- One row per activity and interval of days with one rate (activity, valid_from_date), closed-open:
-- a rate holds until the next month that has one, and the first also for the time before it.
with
rates as (
    select
        lower(trim(rates.activity)) as activity,
        rates.period as period_date,
        cast(rates.unit_cost * fx_rates.fx_rate as decimal(18, 4)) as unit_cost_amount
    from {{ ref('stg_sales__cost_to_serve') }} as rates
    cross join {{ source('raw', 'run_context') }} as run_context
    left join {{ ref('int_fx_rates_filled') }} as fx_rates
        on
            coalesce(rates.currency, run_context.currency_code) = fx_rates.currency_code
            and rates.period >= fx_rates.valid_from_date
            and rates.period < fx_rates.valid_to_date
    where
        rates.unit_cost is not null
        and rates.period <= run_context.as_of_date
),

-- Two spellings of an activity in one month: the dearer rate, so that the order says nothing.
monthly as (
    select
        activity,
        period_date,
        max(unit_cost_amount) as unit_cost_amount
    from rates
    group by activity, period_date
)

select
    activity,
    case
        when row_number() over (partition by activity order by period_date) = 1
            then cast('1900-01-01' as date)
        else period_date
    end as valid_from_date,
    coalesce(
        lead(period_date) over (partition by activity order by period_date),
        cast('9999-12-31' as date)
    ) as valid_to_date,
    unit_cost_amount
from monthly
