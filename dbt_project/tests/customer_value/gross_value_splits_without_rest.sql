-- Claim: of each customer, gross = net + cancelled + returned + excluded, and margin = net - cost
-- where every line has a known cost. Fails on each customer with a rest.
select
    customer_key,
    gross_amount,
    net_amount + cancelled_amount + returned_amount + excluded_amount as sum_of_parts,
    gross_margin_amount,
    net_amount - cogs_amount as net_minus_cost
from {{ ref('customer_value') }}
where
    gross_amount <> net_amount + cancelled_amount + returned_amount + excluded_amount
    or (gross_margin_reason is null and gross_margin_amount is null)
    or (gross_margin_reason is null and gross_margin_amount <> net_amount - cogs_amount)
