-- One row per as-of date and revenue window: how unequally revenue is spread over the customers that
-- bring any. Gini without small-sample correction; test accounts and the unknown member stand apart.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

windows as (
    select 'all_history' as revenue_window
    union all
    select 'recent' as revenue_window
),

summed as (
    select
        revenue_window,
        count(place) as customer_count,
        sum(case when revenue_class = 'counted' then net_amount else 0 end) as revenue_amount,
        sum(case when revenue_class = 'counted' then cast(net_amount as decimal(19, 4)) * net_amount else 0 end)
            as revenue_square_sum,
        -- Places count from the largest.
        sum(case when revenue_class = 'counted' then place * net_amount else 0 end)
            as place_weighted_sum,
        sum(case when revenue_class = 'not_positive' then 1 else 0 end) as not_positive_count,
        sum(case when revenue_class = 'not_positive' then net_amount else 0 end)
            as not_positive_amount,
        sum(case when revenue_class = 'left_out' then net_amount else 0 end) as left_out_amount
    from {{ ref('int_customers_revenue_ranked') }}
    group by revenue_window
),

filled as (
    select
        windows.revenue_window,
        coalesce(summed.customer_count, 0) as customer_count,
        coalesce(summed.revenue_amount, 0) as revenue_amount,
        summed.revenue_square_sum,
        summed.place_weighted_sum,
        coalesce(summed.not_positive_count, 0) as not_positive_count,
        coalesce(summed.not_positive_amount, 0) as not_positive_amount,
        coalesce(summed.left_out_amount, 0) as left_out_amount
    from windows
    left join summed on windows.revenue_window = summed.revenue_window
)

select
    run_context.as_of_date,
    filled.revenue_window,
    cast(filled.customer_count as bigint) as customer_count,
    cast(filled.revenue_amount as decimal(18, 4)) as revenue_amount,
    cast(filled.not_positive_count as bigint) as not_positive_customer_count,
    cast(filled.not_positive_amount as decimal(18, 4)) as not_positive_amount,
    cast(filled.left_out_amount as decimal(18, 4)) as left_out_amount,
    -- ((N + 1) * sum(r) - 2 * sum(place * r)) / (N * sum(r)), places from the largest. Doubles may
    -- miss the ends by their last digit, where all bring the same or one brings everything.
    case
        when filled.customer_count > 0 then greatest(
                (
                    (filled.customer_count + 1) * cast(filled.revenue_amount as double)
                    - 2 * cast(filled.place_weighted_sum as double)
                ) / (filled.customer_count * cast(filled.revenue_amount as double)),
                0
            )
    end as gini,
    case
        when filled.customer_count > 0 then least(
                cast(filled.revenue_square_sum as double)
                / (cast(filled.revenue_amount as double) * cast(filled.revenue_amount as double)),
                1
            )
    end as hhi,
    case
        when filled.customer_count > 0 then cast(filled.revenue_amount as double)
            * cast(filled.revenue_amount as double) / cast(filled.revenue_square_sum as double)
    end as effective_customer_count,
    case when filled.customer_count = 0 then 'no customer has brought revenue in the window' end
        as concentration_reason,
    run_context.currency_code
from filled
cross join run_context
