-- Claim: each customer but the unknown member has one margin within the bounds or the base's, and
-- who has none has a reason and no method. Fails on each customer that breaks it.
with
rules as (
    select
        max(case when rule = 'margin_floor_rate' then value end) as floor_rate,
        max(case when rule = 'margin_ceiling_rate' then value end) as ceiling_rate
    from {{ ref('value_rules') }}
)

select
    customers.customer_key,
    margins.margin_rate,
    margins.method,
    margins.reason
from {{ ref('dim_customer') }} as customers
cross join rules
full outer join {{ ref('int_customers_margin_measured') }} as margins
    on customers.customer_key = margins.customer_key
where
    customers.customer_key is null
    or (customers.customer_kind <> 'unknown' and margins.customer_key is null)
    or (customers.customer_kind = 'unknown' and margins.customer_key is not null)
    or (
        margins.customer_key is not null
        and margins.margin_rate is null
        and (margins.method is not null or margins.reason is null)
    )
    or (margins.margin_rate is not null and margins.method is null)
    or margins.margin_rate < least(rules.floor_rate, margins.base_margin_rate)
    or margins.margin_rate > greatest(rules.ceiling_rate, margins.base_margin_rate)
