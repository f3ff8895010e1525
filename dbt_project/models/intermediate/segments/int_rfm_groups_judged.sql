-- One row per customer of dim_customer, the unknown member left out: the RFM group that today's scores
-- give, and the smallest change that leads into another: days without a purchase, a purchase, or one
-- that is large enough. Sizes compare as shares of what is there; cut points are held where they are.
with
changes as (
    select * from {{ ref('int_rfm_changes_grouped') }}
),

-- Up to which amount a purchase leads where the smallest one does.
bounded as (
    select
        large_purchases.customer_key,
        min(large_purchases.distance) as other_from_amount
    from changes as large_purchases
    inner join changes as purchases
        on large_purchases.customer_key = purchases.customer_key and purchases.change = 'purchase'
    where
        large_purchases.change = 'large purchase'
        and large_purchases.target_group <> purchases.target_group
    group by large_purchases.customer_key
),

-- A cut point's move has no group of its own, and counts however small it is only for this.
cleared as (
    select
        customer_key,
        min(size_share) as clear_rate
    from changes
    where target_group <> rfm_group or change = 'cut point'
    group by customer_key
),

exits as (
    select
        *,
        row_number() over (
            partition by customer_key
            order by
                size_share asc,
                case change when 'no purchase' then 1 when 'purchase' then 2 else 3 end asc,
                distance asc,
                quantile_percent asc
        ) as nearness
    from changes
    where target_group <> rfm_group
),

judged as (
    select
        customers.customer_key,
        scores.customer_key is not null as is_scored,
        scores.rfm_group,
        {{ rfm_reason() }} as segment_reason,
        exits.change,
        exits.target_group,
        exits.distance,
        bounded.other_from_amount,
        cleared.clear_rate,
        cast({{ dbt.dateadd('day', 'cast(exits.distance as integer)', 'run_context.as_of_date') }} as date)
            as exit_date,
        run_context.currency_code
    from {{ ref('dim_customer') }} as customers
    cross join {{ source('raw', 'run_context') }} as run_context
    left join {{ ref('rfm_score') }} as scores on customers.customer_key = scores.customer_key
    left join exits on customers.customer_key = exits.customer_key and exits.nearness = 1
    left join bounded on customers.customer_key = bounded.customer_key
    left join cleared on customers.customer_key = cleared.customer_key
    where customers.customer_kind <> 'unknown'
)

select
    customer_key,
    'rfm' as scheme,
    coalesce(rfm_group, 'not_scored') as raw_segment,
    segment_reason,
    target_group as nearest_segment,
    case
        when not is_scored then cast(1 as double)
        when change is not null then cast(distance as double)
    end as distance_to_exit,
    case
        when not is_scored or change = 'purchase' then 'occasions'
        when change = 'no purchase' then 'days'
        when change = 'large purchase' then 'amount'
    end as distance_unit,
    clear_rate,
    {{ rfm_exit_condition() }} as exit_condition
from judged
