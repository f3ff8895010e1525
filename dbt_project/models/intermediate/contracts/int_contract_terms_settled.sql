-- One row per term of a contract (contract_id, term_no) begun up to the as-of date, with what became
-- of it. A term counts as renewed or lost only once it is over: who cancels says so early and who
-- stays says nothing, so that counting running terms would make every base look like leaving.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

silence_rule as (
    select cast(value as integer) as silence_days
    from {{ ref('influence_rules') }}
    where rule = 'contract_silence_days'
),

begun as (
    select
        terms.contract_id,
        terms.term_no,
        terms.source_system,
        terms.customer_id,
        terms.start as start_date,
        terms.end as end_date,
        terms.renewed as is_told_renewed,
        terms.price as local_price_amount,
        coalesce(terms.currency, run_context.currency_code) as local_currency_code,
        terms.cancel_reason,
        run_context.as_of_date,
        lead(terms.start) over (
            partition by terms.contract_id order by terms.term_no
        ) as next_start_date
    from {{ ref('stg_sales__contracts') }} as terms
    cross join run_context
    where terms.start <= run_context.as_of_date
),

keyed as (
    select
        begun.*,
        coalesce(identities.customer_key, 'unknown') as customer_key,
        coalesce(customers.is_test, false) as is_test_customer,
        coalesce(
            begun.end_date,
            cast({{ dbt.dateadd('day', -1, 'begun.next_start_date') }} as date)
        ) as last_date,
        cast(begun.local_price_amount * rates.fx_rate as decimal(18, 4)) as price_amount,
        silence_rule.silence_days
    from begun
    cross join silence_rule
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            begun.source_system = identities.source_system
            and begun.customer_id = identities.customer_id
    left join {{ ref('dim_customer') }} as customers
        on identities.customer_key = customers.customer_key
    left join {{ ref('int_fx_rates_filled') }} as rates
        on
            begun.local_currency_code = rates.currency_code
            and begun.start_date >= rates.valid_from_date
            and begun.start_date < rates.valid_to_date
)

select
    contract_id,
    term_no,
    customer_key,
    is_test_customer,
    start_date,
    last_date,
    cast({{ dbt.datediff('start_date', 'last_date', 'day') }} + 1 as bigint) as term_days,
    local_price_amount,
    local_currency_code,
    price_amount,
    case
        when next_start_date is not null then 'renewed'
        when last_date > as_of_date then 'running'
        when is_told_renewed then 'renewed'
        when not is_told_renewed then 'lost'
        when last_date is null then 'running'
        when {{ dbt.dateadd('day', 'silence_days', 'last_date') }} < as_of_date then 'lost'
        else 'awaited'
    end as outcome,
    case
        when next_start_date is not null and not is_told_renewed
            then 'told as not renewed, but a later term began'
        when next_start_date is not null or is_told_renewed is not null or last_date is null
            then null
        when last_date > as_of_date then null
        when {{ dbt.dateadd('day', 'silence_days', 'last_date') }} < as_of_date
            then 'no word and no next term within contract_silence_days'
    end as outcome_reason,
    coalesce(not is_told_renewed, false) and next_start_date is null as is_cancelled,
    cancel_reason
from keyed
