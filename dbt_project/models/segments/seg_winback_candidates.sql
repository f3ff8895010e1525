-- One row per candidate for winning back (customer_key), at the as-of date: ranked by what can be won, with
-- cause, suggested approach and offer, and the class and stage in which the customer is held, without
-- personal data.
select
    candidates.customer_key,
    candidates.as_of_date,
    candidates.candidate_rank,
    customers.customer_kind,
    customers.region,
    held.value_class_segment as value_class,
    held.lifecycle_segment as lifecycle_stage,
    candidates.last_purchase_date,
    candidates.candidate_since_date,
    candidates.silence_days,
    candidates.silence_band,
    candidates.occasion_count,
    candidates.cause,
    candidates.cause_weight,
    candidates.is_cause_declared,
    candidates.cause_evidence,
    candidates.approach,
    candidates.suggested_offer,
    candidates.approach_reason,
    candidates.attempt_number,
    candidates.last_attempt_date,
    candidates.owner,
    candidates.winnable_amount,
    candidates.winnable_sales_amount,
    candidates.winnable_reason,
    candidates.return_rate,
    candidates.expected_gain_amount,
    candidates.attempt_cost_amount,
    candidates.is_worth_an_attempt,
    candidates.currency_code
from {{ ref('winback_candidate') }} as candidates
inner join {{ ref('dim_customer') }} as customers
    on candidates.customer_key = customers.customer_key
inner join {{ ref('int_customers_segments_pivoted') }} as held
    on candidates.customer_key = held.customer_key
