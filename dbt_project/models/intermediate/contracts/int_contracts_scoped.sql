-- One row per contract (contract_id) begun up to the as-of date: where it stands, and the scope of
-- the renewal model it belongs to. Scopes are lengths of terms: a renewal after a month and one after
-- a year are different decisions and have one retention curve only by accident.
with
terms as (
    select * from {{ ref('int_contract_terms_settled') }}
),

summed as (
    select
        contract_id,
        min(start_date) as start_date,
        max(term_no) as latest_term_no,
        max(term_days) as term_days,
        count(*) as term_count,
        sum(price_amount) as paid_amount,
        sum(case when price_amount is null then 1 else 0 end) as unpriced_term_count
    from terms
    group by contract_id
),

latest as (
    select
        summed.*,
        terms.customer_key,
        terms.is_test_customer,
        terms.last_date,
        terms.price_amount,
        terms.outcome,
        terms.is_cancelled,
        terms.cancel_reason,
        cast(round(cast(summed.term_days as double) / 30.4375) as bigint) as term_months
    from summed
    inner join terms
        on
            summed.contract_id = terms.contract_id
            and summed.latest_term_no = terms.term_no
)

select
    contract_id,
    case
        when term_days is null then 'term_length_unknown'
        when term_days < 28 then 'term_days_' || cast(term_days as string)
        else 'term_months_' || cast(term_months as string)
    end as scope,
    case
        when term_days < 28 then cast(term_days as double) / 365
        else cast(term_months as double) / 12
    end as term_years,
    customer_key,
    is_test_customer,
    start_date,
    last_date as latest_term_end_date,
    cast(term_count as bigint) as term_count,
    cast(latest_term_no as bigint) as latest_term_no,
    cast(case when outcome = 'renewed' then latest_term_no else latest_term_no - 1 end as bigint)
        as terms_survived,
    case
        when outcome = 'lost' then 'lost'
        when outcome = 'running' and is_cancelled then 'leaving'
        when outcome = 'awaited' then 'awaited'
        else 'active'
    end as contract_state,
    cancel_reason,
    price_amount,
    case when unpriced_term_count < term_count then cast(paid_amount as decimal(18, 4)) end
        as paid_amount,
    cast(unpriced_term_count as bigint) as unpriced_term_count
from latest
