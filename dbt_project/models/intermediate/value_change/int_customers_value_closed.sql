-- One row per customer with a purchase or a value (customer_key), at the as-of date: the state that
-- the history zone keeps when the period closes, with the factors of potential value.
select
    customer_values.customer_key,
    customer_values.as_of_date,
    histories.first_purchase_date,
    histories.last_purchase_date,
    -- The unknown member is no customer and has no occasions, but a frequency: its orders.
    case
        when customer_values.customer_key = 'unknown' then customer_values.order_count
        else coalesce(histories.occasion_count, 0)
    end as occasion_count,
    coalesce(histories.positive_repeat_day_count, 0) as positive_repeat_day_count,
    cast(
        histories.z_bar_amount * histories.positive_repeat_day_count as decimal(18, 4)
    ) as positive_repeat_amount,
    customer_values.net_amount,
    customer_values.profit_contribution_amount,
    customer_values.cost_saving_amount,
    customer_values.established_influence_amount,
    clv.margin_rate,
    clv.scope,
    clv.p_alive,
    clv.discounted_purchases_365d,
    clv.expected_spend_amount,
    customer_values.established_amount,
    customer_values.potential_amount,
    customer_values.influence_amount,
    customer_values.total_amount,
    customer_values.total_reason,
    customer_values.currency_code
from {{ ref('customer_value') }} as customer_values
left join {{ ref('customer_cbs') }} as histories
    on customer_values.customer_key = histories.customer_key
left join {{ ref('customer_clv') }} as clv
    on customer_values.customer_key = clv.customer_key
