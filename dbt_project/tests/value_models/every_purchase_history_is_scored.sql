-- Claim: each customer with a purchase occasion has a score under the scope and history of today,
-- with figures where the scope has a chosen model. Fails on each customer without.
with
customers as (
    select
        cbs.customer_key,
        scoped.scope,
        cbs.x,
        cbs.t_x_days,
        cbs.t_days
    from {{ ref('customer_cbs') }} as cbs
    inner join {{ ref('int_customers_scoped') }} as scoped on cbs.customer_key = scoped.customer_key
),

chosen as (
    select scope
    from {{ ref('model_run') }}
    where role = 'purchases' and is_chosen
)

select customers.customer_key
from customers
left join {{ source('models', 'purchase_score') }} as scores
    on
        customers.scope = scores.scope
        and customers.x = scores.x
        and customers.t_x_days = scores.t_x_days
        and customers.t_days = scores.t_days
left join chosen on customers.scope = chosen.scope
where
    scores.scope is null
    or (
        chosen.scope is not null
        and (
            scores.model_run_id is null
            or scores.p_alive is null
            or scores.expected_purchases_365d is null
            or scores.discounted_purchases_infinite is null
        )
    )
