-- One row per customer of dim_customer, the unknown member left out, at the as-of date: the value
-- tier by cut points over the base customers who bought. Potential are those of today's lower tiers
-- from whom much is still to come.
{% set shares = var('value_tier_shares') %}
with
customers as (
    select
        customer_values.*,
        dim.is_test,
        customer_values.order_count > 0 and customer_values.total_amount is not null as is_tiered
    from {{ ref('customer_value') }} as customer_values
    inner join {{ ref('dim_customer') }} as dim
        on customer_values.customer_key = dim.customer_key
    where dim.customer_kind <> 'unknown'
),

cut_points as (
    select
        {{ quantile_discrete('total_amount', shares.high) }} as high_above_amount,
        {{ quantile_discrete('total_amount', shares.middle) }} as middle_above_amount,
        {{ quantile_discrete('potential_amount', shares.potential) }} as potential_above_amount
    from customers
    where is_tiered and not is_test
)

select
    customers.customer_key,
    customers.as_of_date,
    case
        when not customers.is_tiered then 'not_tiered'
        when customers.total_amount > cut_points.high_above_amount then 'high'
        when customers.potential_amount > cut_points.potential_above_amount then 'potential'
        when customers.total_amount > cut_points.middle_above_amount then 'middle'
        when customers.total_amount <= cut_points.middle_above_amount then 'low'
        else 'not_tiered'
    end as value_tier,
    case
        when customers.order_count = 0 then 'no purchase yet'
        when customers.total_amount is null then customers.total_reason
        when cut_points.high_above_amount is null then 'no base customer has a value'
    end as tier_reason,
    customers.total_amount,
    customers.potential_amount,
    cut_points.high_above_amount,
    cut_points.middle_above_amount,
    cut_points.potential_above_amount,
    customers.currency_code
from customers
cross join cut_points
