-- One row per customer with orders: the margin realised to date that is credited to whoever brought
-- the customer (C13). Which margin counts is decided here and nowhere else: gross margin.
with
summed as (
    select
        customer_key,
        sum(gross_margin_amount) as margin_amount,
        sum(uncosted_line_count) as uncosted_line_count,
        sum(costed_line_count) as costed_line_count
    from {{ ref('int_orders_netted') }}
    where customer_key <> 'unknown'
    group by customer_key
)

select
    customer_key,
    case
        when not (uncosted_line_count > 0 and costed_line_count = 0)
            then cast(margin_amount as decimal(18, 4))
    end as realised_margin_amount,
    case
        when uncosted_line_count > 0 and costed_line_count = 0 then 'no line has a known cost'
        when uncosted_line_count > 0 then 'lines without a known cost are left out'
    end as realised_margin_reason
from summed
