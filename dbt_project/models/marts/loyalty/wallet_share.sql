-- One row per customer and category that it bought from or told us of, in the window: our share of
-- what it spends there with all sellers. From the spend of the months that are told (D4), else from
-- our rank among its brands (D5); null with a reason and coverage 0 where neither is known.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'loyalty_window_days' then value end) as window_days
    from {{ ref('loyalty_rules') }}
),

delivered as (
    select count(*) > 0 as has_wallets
    from {{ ref('stg_crm__category_wallet') }}
),

-- Months that lie wholly in the window.
spanned as (
    select
        {{ calendar_months_between(
            dbt.dateadd(
                'month', 1,
                dbt.dateadd(
                    'day', '-cast(rules.window_days as integer)', 'run_context.as_of_date'
                )
            ),
            dbt.dateadd('day', 1, 'run_context.as_of_date')
        ) }} as window_month_count
    from run_context
    cross join rules
),

shares as (
    select
        sums.*,
        spanned.window_month_count,
        case
            when sums.own_amount between 0 and sums.wallet_amount and sums.wallet_amount > 0
                then cast(sums.own_amount as double) / cast(sums.wallet_amount as double)
        end as spend_share_rate,
        case
            when not delivered.has_wallets then 'no wallet answers are delivered'
            when sums.month_count = 0 then 'nobody told the spend in this category'
            when sums.own_amount < 0 then 'more came back than was bought in the months told'
            when sums.own_amount > sums.wallet_amount
                then 'more was bought from us than is told of all sellers'
            when sums.wallet_amount <= 0 then 'nothing was spent in the months told'
        end as spend_share_reason,
        {{ wallet_allocation('sums.own_rank', 'sums.brand_count') }} as rank_share_rate,
        case
            when sums.own_rank is not null then null
            when sums.is_rank_told then 'the rank told lies beyond the number of brands'
            else 'nobody told our rank'
        end as rank_share_reason
    from {{ ref('int_wallets_summed') }} as sums
    cross join spanned
    cross join delivered
)

select
    shares.customer_key,
    run_context.as_of_date,
    shares.category,
    shares.own_amount,
    shares.wallet_amount,
    run_context.currency_code,
    shares.month_count as told_month_count,
    {{ wallet_method('shares.method_rank') }} as spend_method,
    coalesce(shares.own_amount > shares.wallet_amount, false) as is_own_above_wallet,
    shares.spend_share_rate,
    shares.spend_share_reason,
    shares.own_rank,
    shares.brand_count,
    shares.rank_method,
    shares.rank_share_rate,
    shares.rank_share_reason,
    coalesce(shares.spend_share_rate, shares.rank_share_rate) as wallet_share_rate,
    case
        when shares.spend_share_rate is not null then {{ wallet_method('shares.method_rank') }}
        when shares.rank_share_rate is not null then shares.rank_method
    end as wallet_share_method,
    shares.spend_share_rate is not null and shares.method_rank = 1 as is_observed,
    case
        when shares.spend_share_rate is null and shares.rank_share_rate is null
            then shares.spend_share_reason || '; ' || shares.rank_share_reason
    end as wallet_share_reason,
    case
        when shares.spend_share_rate is not null
            then cast(shares.month_count as double) / shares.window_month_count
        when shares.rank_share_rate is not null
            then cast(shares.ranked_month_count as double) / shares.window_month_count
        else 0
    end as coverage_rate
from shares
cross join run_context
