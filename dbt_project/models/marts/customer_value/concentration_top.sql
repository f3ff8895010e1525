-- One row per as-of date, revenue window and cut (seed concentration_cuts): what the largest customers
-- bring, which is what leaves with them. A cut larger than the base is the whole base.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

bases as (
    select
        revenue_window,
        customer_count,
        revenue_amount,
        concentration_reason
    from {{ ref('concentration') }}
),

cuts as (
    select
        bases.*,
        concentration_cuts.cut_kind,
        concentration_cuts.cut_size,
        case
            -- ceil(size * N / 100) in integers
            when concentration_cuts.cut_kind = 'top_percent'
                then cast(floor(
                        cast(concentration_cuts.cut_size * bases.customer_count + 99 as double)
                        / 100
                    ) as bigint)
            else least(concentration_cuts.cut_size, bases.customer_count)
        end as top_customer_count
    from bases
    cross join {{ ref('concentration_cuts') }} as concentration_cuts
)

select
    run_context.as_of_date,
    cuts.revenue_window,
    cuts.cut_kind,
    cast(cuts.cut_size as integer) as cut_size,
    cast(cuts.top_customer_count as bigint) as customer_count,
    cast(ranked.running_amount as decimal(18, 4)) as revenue_amount,
    cast(ranked.running_amount as double) / cast(cuts.revenue_amount as double)
        as revenue_share_rate,
    cuts.concentration_reason as revenue_reason,
    run_context.currency_code
from cuts
left join {{ ref('int_customers_revenue_ranked') }} as ranked
    on
        cuts.revenue_window = ranked.revenue_window
        and cuts.top_customer_count = ranked.place
cross join run_context
