-- One row per customer with credit figures that still hold (customer_key): the latest of each
-- source record, added up; of days past due and bureau score the worst counts, since one person
-- owes them all. Figures older than credit_valid_days hold no more.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'credit_valid_days' then value end) as credit_valid_days
    from {{ ref('value_rules') }}
),

-- The key of the extract is customer and day; its source system says whose customer it is.
ranked as (
    select
        credit.*,
        row_number() over (
            partition by credit.source_system, credit.customer_id
            order by credit.as_of desc
        ) as place
    from {{ ref('stg_crm__credit') }} as credit
    cross join run_context
    where credit.as_of <= run_context.as_of_date
),

latest as (
    select
        identities.customer_key,
        ranked.as_of as credit_as_of_date,
        ranked.limit * fx_rates.fx_rate as limit_amount,
        ranked.used * fx_rates.fx_rate as used_amount,
        ranked.days_past_due,
        ranked.disputes,
        ranked.bureau_score
    from ranked
    cross join run_context
    cross join rules
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            ranked.source_system = identities.source_system
            and ranked.customer_id = identities.customer_id
    left join {{ ref('int_fx_rates_filled') }} as fx_rates
        on
            coalesce(ranked.currency, run_context.currency_code) = fx_rates.currency_code
            and ranked.as_of >= fx_rates.valid_from_date
            and ranked.as_of < fx_rates.valid_to_date
    where
        ranked.place = 1
        and {{ dbt.datediff('ranked.as_of', 'run_context.as_of_date', 'day') }}
        <= rules.credit_valid_days
)

select
    customer_key,
    min(credit_as_of_date) as credit_as_of_date,
    cast(sum(limit_amount) as decimal(18, 4)) as limit_amount,
    cast(sum(used_amount) as decimal(18, 4)) as used_amount,
    cast(
        cast(sum(case when limit_amount is not null then used_amount end) as double)
        / nullif(sum(case when used_amount is not null then limit_amount end), 0) as decimal(18, 6)
    ) as limit_use_rate,
    cast(max(days_past_due) as integer) as days_past_due,
    cast(sum(disputes) as integer) as disputes,
    cast(min(bureau_score) as integer) as bureau_score
from latest
group by customer_key
