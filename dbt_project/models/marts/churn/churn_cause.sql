-- One row per churned customer and cause (customer_key, cause), at the as-of date: why the customer
-- stopped buying, as far as anybody knows. Churned is who is lapsed or churned by its purchases (seed
-- lifecycle_rules). Weights of a customer add up to 1, so that those of the base add up to the churned.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
)

select
    causes.customer_key,
    causes.cause,
    run_context.as_of_date,
    silences.is_test_customer,
    case
        when run_context.as_of_date >= silences.churned_date then 'churned' else 'lapsed'
    end as churn_state,
    causes.weight,
    cast(causes.cause_rank as bigint) as cause_rank,
    causes.is_declared,
    causes.evidence_count,
    coalesce(
        causes.evidence,
        case
            when causes.weight = 1 then 'nothing is known around the last purchase'
            else 'what is known is only a sign'
        end
    ) as evidence,
    causes.first_evidence_date,
    causes.last_evidence_date,
    silences.silence_start_date as last_purchase_date,
    silences.lapsed_date,
    silences.silence_days
from {{ ref('int_silence_causes_weighed') }} as causes
inner join {{ ref('int_silences_dated') }} as silences
    on
        causes.customer_key = silences.customer_key
        and causes.silence_start_date = silences.silence_start_date
cross join run_context
where silences.is_open and silences.is_lapsed
