-- One row per currency and interval of days with one rate (currency_code, valid_from_date):
-- a rate holds until the next one, closed-open; the reporting currency is 1 for ever.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

published as (
    select
        fx_rates.currency as currency_code,
        fx_rates.date as valid_from_date,
        fx_rates.rate as fx_rate
    from {{ ref('stg_sales__fx_rates') }} as fx_rates
    cross join run_context
    where
        fx_rates.currency <> run_context.currency_code
        and fx_rates.rate is not null
)

select
    currency_code,
    valid_from_date,
    coalesce(
        lead(valid_from_date) over (partition by currency_code order by valid_from_date),
        cast('9999-12-31' as date)
    ) as valid_to_date,
    -- 19 digits, so that products with money are computed in 128 bits: those of two numbers of 18
    -- digits overflow from an amount of a million on.
    cast(fx_rate as decimal(19, 8)) as fx_rate
from published
union all
select
    currency_code,
    cast('1900-01-01' as date) as valid_from_date,
    cast('9999-12-31' as date) as valid_to_date,
    cast(1 as decimal(19, 8)) as fx_rate
from run_context
