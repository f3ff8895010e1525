-- Claim: every known customer has exactly one row over all categories, one main category where it ever
-- bought, and its spend over all categories is that of its categories. Fails per customer.
with
customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where customer_kind <> 'unknown'
),

typed as (
    select
        customer_key,
        sum(case when category = 'all categories' then 1 else 0 end) as row_count,
        max(case when category = 'all categories' then net_amount end) as net_amount,
        sum(case when category = 'all categories' then 0 else net_amount end)
            as category_net_amount,
        sum(case when category = 'all categories' then 0 else 1 end) as category_count,
        sum(case when is_main_category then 1 else 0 end) as main_count
    from {{ ref('loyalty_type') }}
    group by customer_key
)

select
    coalesce(customers.customer_key, typed.customer_key) as customer_key,
    typed.row_count,
    typed.main_count,
    typed.net_amount,
    typed.category_net_amount
from customers
full join typed on customers.customer_key = typed.customer_key
where
    customers.customer_key is null
    or typed.customer_key is null
    or typed.row_count <> 1
    or typed.net_amount <> typed.category_net_amount
    or typed.main_count <> case when typed.category_count > 0 then 1 else 0 end
