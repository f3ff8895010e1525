-- Claim: feedback that counts as accepted for the knowledge value of customers (C15) counts as feedback
-- that led to a change. A failing row is an accepted item that the feedback loop does not know as one.
select
    accepted.feedback_source,
    accepted.feedback_id
from {{ ref('int_feedback_accepted') }} as accepted
inner join {{ ref('dim_customer') }} as customers on accepted.customer_key = customers.customer_key
left join {{ ref('int_feedback_items_gathered') }} as items
    on
        accepted.feedback_source = items.feedback_source
        and accepted.feedback_id = items.feedback_id
        and items.is_change
where not customers.is_test and items.feedback_id is null
