-- Claim: what some customers cost less than the mean to serve, others cost more: the savings of the
-- base add up to 0 but for the rounding of each to four decimals. Fails with their sum.
select
    sum(profits.cost_saving_amount) as sum_of_savings,
    count(profits.cost_saving_amount) as saving_count
from {{ ref('customer_profitability') }} as profits
inner join {{ ref('dim_customer') }} as customers
    on profits.customer_key = customers.customer_key
where
    customers.customer_kind <> 'unknown'
    and not customers.is_test
having abs(sum(profits.cost_saving_amount)) > count(profits.cost_saving_amount) * 0.0001
