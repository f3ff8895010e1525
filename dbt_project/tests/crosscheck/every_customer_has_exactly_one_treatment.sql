-- Claim: every customer but the unknown member has exactly one row with a treatment. A row is a
-- customer with none or several, or without a service level.
select
    customers.customer_key,
    count(policies.customer_key) as policy_count
from {{ ref('dim_customer') }} as customers
left join {{ ref('treatment_policy') }} as policies
    on customers.customer_key = policies.customer_key
where customers.customer_kind <> 'unknown'
group by customers.customer_key
having count(policies.service_level) <> 1
