-- One row per scope of the value models (scope): what its customers are still worth to the firm, with
-- interval, and what those are worth who will join within a year. Amounts add up over scopes.
select
    scope,
    as_of_date,
    customer_count,
    valued_customer_count,
    expected_alive_count,
    expected_purchases_365d,
    sales_365d_amount,
    base_365d_amount,
    base_365d_lo_amount,
    base_365d_hi_amount,
    base_infinite_amount,
    base_infinite_lo_amount,
    base_infinite_hi_amount,
    expected_new_customer_count,
    new_customers_amount,
    equity_reason,
    currency_code
from {{ ref('customer_equity') }}
