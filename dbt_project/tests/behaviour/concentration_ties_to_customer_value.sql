-- Claim: counted revenue, revenue of customers left with nothing, and what is left out add up to the
-- net amount of customer_value exactly, and the customers counted are those with a positive one.
-- Fails with both sides when they differ.
with
valued as (
    select
        coalesce(sum(customer_value.net_amount), 0) as net_amount,
        coalesce(sum(case
            when
                customer_value.net_amount > 0 and not customers.is_test
                and customers.customer_kind <> 'unknown' then 1
            else 0
        end), 0) as customer_count
    from {{ ref('customer_value') }} as customer_value
    inner join {{ ref('dim_customer') }} as customers
        on customer_value.customer_key = customers.customer_key
)

select
    valued.net_amount,
    concentration.revenue_amount,
    concentration.not_positive_amount,
    concentration.left_out_amount,
    valued.customer_count,
    concentration.customer_count as counted_customers
from valued
left join {{ ref('concentration') }} as concentration
    on concentration.revenue_window = 'all_history'
where
    concentration.customer_count is null
    or valued.customer_count <> concentration.customer_count
    or valued.net_amount <> concentration.revenue_amount + concentration.not_positive_amount
    + concentration.left_out_amount
