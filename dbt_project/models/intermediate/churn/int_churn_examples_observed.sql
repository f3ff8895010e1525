-- One row per origin and customer who is not yet churned then (origin_number, customer_key): what the
-- firm knew on the origin that may tell whether the customer will be silent. Everything is dated: no
-- column looks beyond the origin but the label. Null where the customer has too little history.
with
histories as (
    select * from {{ ref('int_churn_histories_counted') }}
    where is_active
),

orders as (
    select
        customer_key,
        purchase_date,
        sum(net_amount + returned_amount) as bought_amount,
        sum(case when has_discount or promo_id is not null then net_amount + returned_amount else 0 end)
            as promotion_amount,
        count(*) as item_count
    from {{ ref('fct_order_net') }}
    where is_valid_order and is_product_line and not is_credit_note
    group by customer_key, purchase_date
),

bought as (
    select
        histories.origin_number,
        histories.customer_key,
        sum(orders.bought_amount) as amount_365d,
        sum(orders.promotion_amount) as promotion_amount,
        sum(orders.item_count) as item_count
    from histories
    inner join orders
        on
            histories.customer_key = orders.customer_key
            and histories.origin_date >= orders.purchase_date
            and orders.purchase_date > {{ dbt.dateadd('day', -365, 'histories.origin_date') }}
    group by histories.origin_number, histories.customer_key
),

returned as (
    select
        histories.origin_number,
        histories.customer_key,
        sum(returns.returned_amount) as returned_amount
    from histories
    inner join {{ ref('fct_return') }} as returns
        on
            histories.customer_key = returns.customer_key
            and histories.origin_date >= returns.returned_date
            and returns.returned_date > {{ dbt.dateadd('day', -365, 'histories.origin_date') }}
    where returns.is_counted
    group by histories.origin_number, histories.customer_key
)

select
    histories.origin_number,
    histories.origin_date,
    histories.customer_key,
    histories.is_test_customer,
    histories.is_silent,
    histories.days_since_last_order,
    case when histories.x >= 1 then cast(histories.t_x_days as double) / histories.x end
        as mean_interval_days,
    case when histories.x >= 2
            then cast(histories.days_since_last_order * histories.x as double) / histories.t_x_days
    end as overdue_ratio,
    histories.purchase_count,
    histories.purchase_count_90d,
    histories.purchase_count_365d,
    histories.t_days as customer_age_days,
    histories.season_purchase_count,
    cast(bought.amount_365d as double) / nullif(histories.purchase_count_365d, 0) as mean_amount,
    cast(bought.item_count as double) / nullif(histories.purchase_count_365d, 0)
        as mean_item_count,
    case when bought.amount_365d > 0
            then cast(bought.promotion_amount as double) / cast(bought.amount_365d as double)
    end as promotion_share,
    case when bought.amount_365d > 0
            then least(
                    cast(coalesce(returned.returned_amount, 0) as double)
                    / cast(bought.amount_365d as double), 1.0
                )
    end as return_share,
    cast(coalesce(engaged.visit_count_90d, 0) as bigint) as visit_count_90d,
    engaged.days_since_last_visit,
    cast(coalesce(engaged.response_count_90d, 0) as bigint) as response_count_90d,
    cast(coalesce(engaged.complaint_count_180d, 0) as bigint) as complaint_count_180d,
    engaged.answer_index,
    coalesce(engaged.is_member, 0) as is_member
from histories
left join bought
    on
        histories.origin_number = bought.origin_number
        and histories.customer_key = bought.customer_key
left join returned
    on
        histories.origin_number = returned.origin_number
        and histories.customer_key = returned.customer_key
left join {{ ref('int_churn_engagement_counted') }} as engaged
    on
        histories.origin_number = engaged.origin_number
        and histories.customer_key = engaged.customer_key
