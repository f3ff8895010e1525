-- Claim: for every customer whose change is explained, the opening and the seven changes add up to
-- the closing exactly, and none of them is missing.
select
    customer_key,
    opening_amount,
    closing_amount
from {{ ref('customer_value_change') }}
where
    change_reason is null
    and coalesce(
        opening_amount + alive_change_amount + frequency_change_amount + spend_change_amount
        + margin_change_amount + influence_change_amount + merge_change_amount
        + definition_change_amount <> closing_amount,
        true
    )
