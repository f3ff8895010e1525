-- One row per candidate for winning back (customer_key): a lapsed or churned customer of the base with
-- whom no attempt is under way, with its cause and what a return would add to what is expected anyway:
-- the CLV of a year if it were surely still a customer, minus the CLV.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'rest_days' then value end) as integer) as rest_days,
        cast(max(case when rule = 'least_p_alive' then value end) as double) as least_p_alive
    from {{ ref('winback_rules') }}
),

-- Who was contacted rests; who was held out must not be contacted while the comparison runs.
attempted as (
    select
        attempts.customer_key,
        max(attempts.attempt_number) as attempt_count,
        max(attempts.assigned_date) as last_attempt_date,
        bool_or(
            not attempts.is_window_over
            or (
                attempts.arm = 'treated'
                and {{ dbt.datediff('attempts.assigned_date', 'run_context.as_of_date', 'day') }}
                < rules.rest_days
            )
        ) as is_resting
    from {{ ref('int_winback_attempts_followed') }} as attempts
    cross join run_context
    cross join rules
    group by attempts.customer_key
),

costs as (
    select cast(sum(cost_amount) as double) / count(*) as attempt_cost
    from {{ ref('int_winback_attempts_followed') }}
    where cost_amount is not null
),

silent as (
    select
        silences.customer_key,
        silences.silence_start_date,
        silences.silence_days,
        silences.occasion_count,
        silences.lapsed_date,
        max(bands.from_days) as from_days
    from {{ ref('int_silences_dated') }} as silences
    inner join {{ ref('winback_silences') }} as bands on silences.silence_days >= bands.from_days
    where silences.is_open and silences.is_lapsed and not silences.is_test_customer
    group by
        silences.customer_key,
        silences.silence_start_date,
        silences.silence_days,
        silences.occasion_count,
        silences.lapsed_date
)

select
    silent.*,
    customers.sales_rep_id,
    bands.silence_band,
    bands.return_rate,
    causes.cause,
    causes.weight as cause_weight,
    causes.is_declared as is_cause_declared,
    causes.evidence as cause_evidence,
    coalesce(attempted.attempt_count, 0) as attempt_count,
    attempted.last_attempt_date,
    costs.attempt_cost,
    clv.clv_reason,
    clv.currency_code,
    cast(clv.clv_365d_amount as double)
    * (1 / greatest(cast(clv.p_alive as double), rules.least_p_alive) - 1) as winnable,
    cast(clv.sales_365d_amount as double)
    * (1 / greatest(cast(clv.p_alive as double), rules.least_p_alive) - 1) as winnable_sales
from silent
cross join rules
cross join costs
inner join {{ ref('dim_customer') }} as customers
    on silent.customer_key = customers.customer_key
inner join {{ ref('int_silence_bands_returned') }} as bands
    on silent.from_days = bands.from_days
inner join {{ ref('churn_cause') }} as causes
    on silent.customer_key = causes.customer_key and causes.cause_rank = 1
inner join {{ ref('customer_clv') }} as clv on silent.customer_key = clv.customer_key
left join attempted on silent.customer_key = attempted.customer_key
where not customers.is_deleted and not coalesce(attempted.is_resting, false)
