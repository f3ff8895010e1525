-- Claim: the sales and values at risk by tier and cause are those of the customers, none of them twice.
-- Fails with one row that shows both sums where they differ.
with
customers as (
    select
        sum(sales_at_risk_amount) as sales_amount,
        sum(value_at_risk_amount) as value_amount,
        count(churn_risk_rate) as customer_count
    from {{ ref('churn_risk') }}
    where not is_test
),

cells as (
    select
        sum(sales_at_risk_amount) as sales_amount,
        sum(value_at_risk_amount) as value_amount,
        sum(customer_weight) as customer_count
    from {{ ref('value_at_risk') }}
)

select
    customers.sales_amount,
    cells.sales_amount as cell_sales_amount,
    customers.value_amount,
    cells.value_amount as cell_value_amount
from customers
cross join cells
where
    -- Weights have six decimals: a ten thousandth of the currency per cell is rounding.
    abs(coalesce(customers.sales_amount, 0) - coalesce(cells.sales_amount, 0)) > 0.01
    or abs(coalesce(customers.value_amount, 0) - coalesce(cells.value_amount, 0)) > 0.01
    or coalesce(cells.customer_count, 0) < customers.customer_count
