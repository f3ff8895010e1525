-- One row per programme and month of issue (program_id, issue_month_date): what the orders that earned
-- the month's points were sold for, split between goods and points by their stand-alone selling
-- prices (H5; IFRS 15, ASC 606), and the part that waits for redemption. Points given without an
-- order have no price to split.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- An order that filled several lots counts in the month of the first.
earning_orders as (
    select
        program_id,
        order_id,
        min(issue_month_date) as issue_month_date
    from {{ ref('points_ledger_lot') }}
    where lot_kind = 'earn' and order_id is not null
    group by program_id, order_id
),

sold as (
    select
        earning_orders.program_id,
        earning_orders.issue_month_date,
        cast(sum(netted.net_amount) as decimal(18, 4)) as sold_amount
    from earning_orders
    inner join {{ ref('int_orders_keyed') }} as keyed
        on
            earning_orders.order_id = keyed.order_id
            and keyed.delivered_by = 'sales'
    inner join {{ ref('int_orders_netted') }} as netted on keyed.order_key = netted.order_key
    group by earning_orders.program_id, earning_orders.issue_month_date
),

priced as (
    select
        cohorts.program_id,
        cohorts.issue_month_date,
        cohorts.order_points,
        cohorts.redeemed_points + cohorts.expected_points as ultimate_points,
        cohorts.expected_points,
        cohorts.net_issued_points,
        programs.point_value_amount,
        sold.sold_amount,
        cast(
            cast(cohorts.order_points as double)
            * (cohorts.redeemed_points + cohorts.expected_points)
            / nullif(cohorts.net_issued_points, 0)
            * programs.point_value_amount as decimal(18, 4)
        ) as points_price_amount
    from {{ ref('int_points_cohorts_projected') }} as cohorts
    left join {{ ref('dim_programme') }} as programs on cohorts.program_id = programs.program_id
    left join sold
        on
            cohorts.program_id = sold.program_id
            and cohorts.issue_month_date = sold.issue_month_date
),

allocated as (
    select
        *,
        {{ relative_selling_price('sold_amount', 'points_price_amount', 'sold_amount') }}
            as points_revenue_amount
    from priced
),

deferred as (
    select
        *,
        -- Of points that nobody took or will take nothing waits.
        cast(
            cast(points_revenue_amount as double)
            * expected_points / coalesce(nullif(ultimate_points, 0), 1) as decimal(18, 4)
        ) as deferred_revenue_amount
    from allocated
)

select
    deferred.program_id,
    deferred.issue_month_date,
    run_context.as_of_date,
    deferred.order_points,
    deferred.sold_amount,
    cast(deferred.ultimate_points as double) / nullif(deferred.net_issued_points, 0)
        as expected_redemption_rate,
    deferred.points_price_amount,
    deferred.points_revenue_amount,
    cast(deferred.sold_amount - deferred.points_revenue_amount as decimal(18, 4))
        as goods_revenue_amount,
    deferred.deferred_revenue_amount,
    case
        when deferred.deferred_revenue_amount is not null then null
        when deferred.sold_amount is null then 'no order that earned points is known'
        when deferred.net_issued_points = 0 then 'all points of the month were taken back'
        when deferred.point_value_amount is null then 'no value of a point is known'
        else 'the orders were sold for nothing'
    end as deferred_revenue_reason,
    run_context.currency_code
from deferred
cross join run_context
