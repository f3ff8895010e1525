-- One row per member with a tier history (member_id): the last tier, the spend that the rule looks at
-- on the last review and today, and the tiers that it qualifies for.
with
rules as (
    select
        max(case when rule = 'tier_window_days' then value end) as window_days,
        cast(max(case when rule = 'tier_review_months' then value end) as integer) as review_months
    from {{ ref('programme_rules') }}
),

-- Reviews are on the first day of a month; the months of a year are counted from January.
calendar as (
    select
        run_context.as_of_date,
        rules.window_days,
        cast({{ dbt.dateadd(
            'month',
            '-mod(cast(extract(month from run_context.as_of_date) as integer) - 1,'
            ~ ' rules.review_months)',
            dbt.date_trunc('month', 'run_context.as_of_date')
        ) }} as date) as review_date
    from {{ source('raw', 'run_context') }} as run_context
    cross join rules
),

latest as (
    select
        *,
        row_number() over (partition by member_id order by valid_from_date desc) as tier_rank_back
    from {{ ref('int_tiers_spanned') }}
),

spent as (
    select
        latest.member_id,
        sum(
            case
                when
                    orders.purchase_date < calendar.review_date
                    and {{ dbt.datediff('orders.purchase_date', 'calendar.review_date', 'day') }}
                    <= calendar.window_days
                    then orders.net_amount
                else 0
            end
        ) as review_amount,
        sum(
            case
                when
                    {{ dbt.datediff('orders.purchase_date', 'calendar.as_of_date', 'day') }}
                    < calendar.window_days
                    then orders.net_amount
                else 0
            end
        ) as window_amount
    from latest
    cross join calendar
    inner join {{ ref('int_orders_netted') }} as orders
        on
            latest.customer_key = orders.customer_key
            and calendar.as_of_date >= orders.purchase_date
    where latest.tier_rank_back = 1 and latest.customer_key <> 'unknown'
    group by latest.member_id
),

known as (
    select
        latest.*,
        calendar.*,
        latest.valid_to_date > calendar.as_of_date as is_held,
        -- Who joined after the review was not reviewed and holds the lowest tier.
        case
            when coalesce(latest.enrolled_date, latest.valid_from_date) >= calendar.review_date
                then 0
            else coalesce(spent.review_amount, 0)
        end as review_amount,
        coalesce(spent.window_amount, 0) as window_amount
    from latest
    cross join calendar
    left join spent on latest.member_id = spent.member_id
    where latest.tier_rank_back = 1
)

select
    known.member_id,
    known.program_id,
    known.customer_key,
    known.tier,
    known.tier_rank,
    known.valid_from_date,
    known.tier_change,
    known.previous_tier,
    known.is_held,
    known.review_date,
    cast(known.window_amount as decimal(18, 4)) as window_amount,
    max(case when rules_of_tier.qualifying_amount <= known.review_amount then rules_of_tier.tier_rank end)
        as expected_rank,
    max(case when rules_of_tier.qualifying_amount <= known.window_amount then rules_of_tier.tier_rank end)
        as predicted_rank
from known
left join {{ ref('tier_rules') }} as rules_of_tier
    on
        case
            when known.tier_rank is not null and known.customer_key <> 'unknown' and known.is_held
                then known.program_id
        end = rules_of_tier.program_id
group by
    known.member_id,
    known.program_id,
    known.customer_key,
    known.tier,
    known.tier_rank,
    known.valid_from_date,
    known.tier_change,
    known.previous_tier,
    known.is_held,
    known.review_date,
    known.window_amount
