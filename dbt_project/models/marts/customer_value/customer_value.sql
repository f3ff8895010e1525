-- One row per customer of dim_customer, the unknown member included, at the as-of date: what the
-- customer is worth, as earned (established), still to come (potential) and brought through others
-- (influence). Amounts keep the four decimals of the lines, so that any grouping of customers ties
-- to fct_order_net exactly; rounding each customer to cents would not.
with
-- What referred customers have brought so far counts as established, what they will bring as
-- influence: each item once for a customer. Over the base, the margin of a referred customer is
-- in the own value of that customer too; customer_equity therefore leaves influence out.
valued as (
    select
        customers.customer_key,
        run_context.as_of_date,
        run_context.currency_code,
        sales.gross_amount,
        sales.cancelled_amount,
        sales.returned_amount,
        sales.excluded_amount,
        sales.fiscal_period_net_amount,
        margins.order_count,
        margins.net_amount,
        margins.cogs_amount,
        margins.gross_margin_amount,
        margins.assumed_margin_amount,
        margins.uncosted_net_amount,
        margins.goods_reason as gross_margin_reason,
        profits.profit_contribution_amount,
        profits.profit_reason,
        profits.cost_saving_amount,
        profits.cost_saving_reason,
        referrals.established_influence_amount,
        referrals.established_influence_reason,
        influences.influence_amount,
        influences.influence_reason,
        expected.customer_key is not null as has_purchased,
        expected.clv_365d_amount as potential_amount,
        expected.clv_365d_lo_amount as potential_lo_amount,
        expected.clv_365d_hi_amount as potential_hi_amount,
        coalesce(
            expected.clv_reason,
            case when expected.customer_key is null then 'no purchase yet' end
        ) as potential_reason,
        cast(
            profits.profit_contribution_amount + coalesce(profits.cost_saving_amount, 0)
            + coalesce(referrals.established_influence_amount, 0) as decimal(18, 4)
        ) as established_amount
    from {{ ref('dim_customer') }} as customers
    cross join {{ source('raw', 'run_context') }} as run_context
    inner join {{ ref('int_customers_sales_summed') }} as sales
        on customers.customer_key = sales.customer_key
    inner join {{ ref('int_customers_gross_margin_summed') }} as margins
        on customers.customer_key = margins.customer_key
    inner join {{ ref('customer_profitability') }} as profits
        on customers.customer_key = profits.customer_key
    left join {{ ref('customer_clv') }} as expected
        on customers.customer_key = expected.customer_key
    left join {{ ref('referral_value') }} as referrals
        on customers.customer_key = referrals.customer_key
    left join {{ ref('customer_engagement_value') }} as influences
        on customers.customer_key = influences.customer_key
)

select
    customer_key,
    as_of_date,
    order_count,
    gross_amount,
    cancelled_amount,
    returned_amount,
    excluded_amount,
    net_amount,
    fiscal_period_net_amount,
    cast(cast(net_amount as double) / nullif(order_count, 0) as decimal(18, 4))
        as average_order_value_amount,
    cogs_amount,
    gross_margin_amount,
    assumed_margin_amount,
    uncosted_net_amount,
    gross_margin_reason,
    profit_contribution_amount,
    cost_saving_amount,
    established_influence_amount,
    established_amount,
    nullif(
        concat_ws(
            '; ',
            profit_reason,
            'cost saving: ' || cost_saving_reason,
            'influence: ' || established_influence_reason
        ),
        ''
    ) as established_reason,
    potential_amount,
    potential_lo_amount,
    potential_hi_amount,
    potential_reason,
    influence_amount,
    influence_reason,
    -- Without the profit so far, or without the potential of a buyer, a sum would mislead.
    case
        when not has_purchased or potential_amount is not null
            then
                cast(
                    established_amount + coalesce(potential_amount, 0)
                    + coalesce(influence_amount, 0) as decimal(18, 4)
                )
    end as total_amount,
    nullif(
        concat_ws(
            '; ',
            case when established_amount is null then 'established: ' || profit_reason end,
            'potential: ' || potential_reason,
            'influence: ' || influence_reason
        ),
        ''
    ) as total_reason,
    currency_code
from valued
