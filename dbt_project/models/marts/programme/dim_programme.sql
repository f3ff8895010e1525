-- One row per loyalty programme (program_id): its type and family (H6), what a point is worth and
-- costs in the reporting currency, and how long it lives. The extract brings the whole state each
-- time, so a programme has one version: that of the newest extract up to the as-of date.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

priced as (
    select
        programs.*,
        coalesce(programs.currency, run_context.currency_code) as local_currency_code,
        fx_rates.fx_rate
    from {{ ref('stg_crm__loyalty_programs') }} as programs
    cross join run_context
    left join {{ ref('int_fx_rates_filled') }} as fx_rates
        on
            coalesce(programs.currency, run_context.currency_code) = fx_rates.currency_code
            and run_context.as_of_date >= fx_rates.valid_from_date
            and run_context.as_of_date < fx_rates.valid_to_date
)

select
    priced.program_id,
    run_context.as_of_date,
    types.programme_type,
    types.programme_family,
    case
        when types.programme_type is not null then null
        when priced.type is null then 'no type delivered'
        else 'type is not in seed programme_types'
    end as programme_type_reason,
    cast(priced.point_value * priced.fx_rate as decimal(18, 6)) as point_value_amount,
    cast(priced.unit_cost * priced.fx_rate as decimal(18, 6)) as point_cost_amount,
    case
        when priced.fx_rate is null then 'no exchange rate'
        when priced.point_value is null and priced.unit_cost is null
            then 'neither value nor cost of a point delivered'
        when priced.unit_cost is null then 'no cost of a point delivered'
        when priced.point_value is null then 'no value of a point delivered'
    end as point_amounts_reason,
    priced.expiry_months,
    cast(priced.supplier_funding as decimal(9, 6)) as supplier_funding_rate,
    priced.local_currency_code,
    run_context.currency_code
from priced
cross join run_context
left join {{ ref('programme_types') }} as types on priced.type = types.programme_type
