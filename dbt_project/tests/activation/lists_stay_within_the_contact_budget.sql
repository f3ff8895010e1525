-- Claim: contacts of the last contact_window_days and places in the lists together never exceed a
-- customer's contact budget. A row is a customer with more.
select
    exported.customer_key,
    count(*) as list_count,
    max(coalesce(contacts.contact_count, 0)) as contact_count,
    max(policies.contact_budget_per_month) as contact_budget_per_month
from {{ ref('audience_export') }} as exported
left join {{ ref('treatment_policy') }} as policies
    on exported.customer_key = policies.customer_key
left join {{ ref('int_customers_contacted') }} as contacts
    on exported.customer_key = contacts.customer_key
where exported.delta <> 'remove'
group by exported.customer_key
having
    count(*) + max(coalesce(contacts.contact_count, 0))
    > coalesce(max(policies.contact_budget_per_month), 0)
