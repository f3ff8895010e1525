-- One row per scheme and segment (scheme, segment): its rule, its size and value, and how attractive it
-- is beside the others of its scheme. Test accounts are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

sizes as (
    select
        memberships.scheme,
        memberships.segment,
        count(*) as customer_count,
        sum(customer_values.net_amount) as net_amount,
        sum(customer_values.total_amount) as total_amount,
        count(customer_values.total_amount) as valued_count
    from {{ ref('segment_membership') }} as memberships
    inner join {{ ref('dim_customer') }} as dim on memberships.customer_key = dim.customer_key
    inner join {{ ref('customer_value') }} as customer_values
        on memberships.customer_key = customer_values.customer_key
    where memberships.is_current and not dim.is_test
    group by memberships.scheme, memberships.segment
),

schemes as (
    select
        scheme,
        sum(customer_count) as customer_count
    from sizes
    group by scheme
)

select
    definitions.scheme,
    definitions.segment,
    run_context.as_of_date,
    definitions.display_rank,
    definitions.definition,
    definitions.move_rule,
    cast(coalesce(sizes.customer_count, 0) as bigint) as customer_count,
    cast(coalesce(sizes.customer_count, 0) as double) / nullif(schemes.customer_count, 0)
        as customer_share_rate,
    cast(coalesce(sizes.net_amount, 0) as decimal(18, 4)) as net_amount,
    cast(sizes.total_amount as decimal(18, 4)) as total_amount,
    cast(coalesce(sizes.valued_count, 0) as bigint) as valued_count,
    attractiveness.sales_growth_rate,
    attractiveness.yearly_profit_amount,
    attractiveness.reachable_rate,
    attractiveness.repurchase_rate,
    attractiveness.attractiveness_score,
    attractiveness.attractiveness_rank,
    coalesce(attractiveness.rank_reason, attractiveness.score_reason) as attractiveness_reason,
    run_context.currency_code
from {{ ref('segment_definition') }} as definitions
cross join run_context
left join sizes
    on definitions.scheme = sizes.scheme and definitions.segment = sizes.segment
left join schemes on definitions.scheme = schemes.scheme
left join {{ ref('segment_attractiveness') }} as attractiveness
    on
        definitions.scheme = attractiveness.scheme
        and definitions.segment = attractiveness.segment
