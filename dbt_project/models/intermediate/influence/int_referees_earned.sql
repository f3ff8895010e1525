-- One row per customer but the unknown member: the margin realised to date that is credited to whoever
-- brought the customer (C13). Which margin counts is decided here and nowhere else: the profit
-- contribution, as in the customer's own established value.
select
    customer_key,
    profit_contribution_amount as realised_margin_amount,
    case
        when profit_contribution_amount is null then 'no line has a known cost'
        when profit_reason is not null then 'cost lines are left out; see customer_profitability'
    end as realised_margin_reason
from {{ ref('customer_profitability') }}
where customer_key <> 'unknown'
