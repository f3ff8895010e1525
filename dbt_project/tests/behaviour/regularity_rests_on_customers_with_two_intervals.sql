-- Claim: purchase_regularity counts the customers with three occasions or more, test accounts left
-- out, and says why where it has no k. Fails with both counts when they differ.
with
counted as (
    select count(*) as customer_count
    from {{ ref('customer_cbs') }} as statistics
    inner join {{ ref('dim_customer') }} as customers
        on statistics.customer_key = customers.customer_key
    where statistics.x >= 2 and not customers.is_test
)

select
    counted.customer_count,
    regularity.customer_count as counted_customers,
    regularity.regularity_k
from counted
left join {{ ref('purchase_regularity') }} as regularity on true
where
    regularity.customer_count is null
    or regularity.customer_count <> counted.customer_count
    or (regularity.regularity_k is null) <> (regularity.regularity_reason is not null)
