-- One row per channel and cohort (channel, cohort: a month, or 'all') with customers won: what they
-- are still worth, and how many are of high value (B27). High are the customers above the cut point
-- that leaves the highest high_value_share of the base above it; ties at the cut are not high.
with
scored as (
    select
        won.customer_key,
        won.acquisition_channel as channel,
        substr(cast(won.cohort_month_date as string), 1, 7) as cohort,
        clv.clv_365d_amount
    from {{ ref('int_customers_acquired') }} as won
    left join {{ ref('customer_clv') }} as clv on won.customer_key = clv.customer_key
    where not won.is_test_customer
),

ranked as (
    select
        customer_key,
        row_number() over (order by clv_365d_amount, customer_key) as value_rank,
        count(*) over () as customer_count
    from scored
    where clv_365d_amount is not null
),

-- The smallest value with at least 1 - high_value_share of the customers at or below it.
cut as (
    select min(scored.clv_365d_amount) as cut_amount
    from ranked
    inner join scored on ranked.customer_key = scored.customer_key
    cross join {{ ref('influence_rules') }} as rules
    where
        rules.rule = 'high_value_share'
        and ranked.value_rank >= (1 - rules.value) * ranked.customer_count
),

flagged as (
    select
        scored.*,
        case
            when scored.clv_365d_amount > cut.cut_amount then 1
            when scored.clv_365d_amount is not null then 0
        end as high_value_flag
    from scored
    cross join cut
),

cohorts as (
    select * from flagged
    union all
    select
        customer_key,
        channel,
        'all' as cohort,
        clv_365d_amount,
        high_value_flag
    from flagged
)

select
    channel,
    cohort,
    count(*) as customer_count,
    count(clv_365d_amount) as scored_customer_count,
    cast(sum(clv_365d_amount) as decimal(18, 4)) as total_clv_amount,
    cast(sum(high_value_flag) as bigint) as high_value_customer_count
from cohorts
group by channel, cohort
