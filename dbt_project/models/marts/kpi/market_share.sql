-- One row per period kind (month, last_365_days), period and category (or all), at the as-of date: our
-- share of what all sellers sell, ours by theirs where seed category_sales has them; else what those
-- who told their wallets spend with us by what they spend, which leaves out who is no customer.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(max(case when rule = 'minimum_answers' then value end) as integer) as least_tellers
    from {{ ref('survey_rules') }}
),

delivered as (
    select count(*) > 0 as has_wallets from {{ ref('stg_crm__category_wallet') }}
),

joined as (
    select
        coalesce(sold.period_kind, tellers.period_kind) as period_kind,
        coalesce(sold.period_start_date, tellers.period_start_date) as period_start_date,
        coalesce(sold.category, tellers.category) as category,
        coalesce(sold.own_amount, 0) as own_amount,
        coalesce(tellers.teller_count, 0) as teller_count,
        coalesce(tellers.refused_count, 0) as refused_wallet_count,
        tellers.own_amount as told_own_amount,
        tellers.wallet_amount as told_wallet_amount,
        cast(tellers.own_amount as double) / nullif(cast(tellers.wallet_amount as double), 0)
            as wallet_share,
        tellers.own_square_sum,
        tellers.product_sum,
        tellers.wallet_square_sum
    from {{ ref('int_category_sales_summed') }} as sold
    full outer join {{ ref('int_wallet_tellers_summed') }} as tellers
        on
            sold.period_kind = tellers.period_kind
            and sold.period_start_date = tellers.period_start_date
            and sold.category = tellers.category
),

-- Standard error of a ratio of sums over tellers (Cochran 1977, 6.4).
shared as (
    select
        joined.*,
        market.market_amount,
        case
            when joined.own_amount between 0 and market.market_amount and market.market_amount > 0
                then cast(joined.own_amount as double) / cast(market.market_amount as double)
        end as market_share_rate,
        case
            when joined.teller_count >= rules.least_tellers
                then
                    1.959963984540054 / cast(joined.told_wallet_amount as double) * sqrt(
                        joined.teller_count / nullif(joined.teller_count - 1e0, 0) * greatest(
                            0,
                            joined.own_square_sum - 2 * joined.wallet_share * joined.product_sum
                            + joined.wallet_share * joined.wallet_share * joined.wallet_square_sum
                        )
                    )
        end as half_width,
        rules.least_tellers
    from joined
    left join {{ ref('category_sales') }} as market
        on
            case when joined.period_kind = 'month' then joined.period_start_date end
            = market.month_start_date
            and joined.category = market.category
    cross join rules
)

select
    shared.period_kind,
    shared.period_start_date,
    run_context.as_of_date,
    shared.category,
    cast(shared.own_amount as decimal(18, 4)) as own_amount,
    shared.market_amount,
    shared.market_share_rate,
    case
        when shared.market_share_rate is not null then null
        when shared.market_amount is not null then 'own sales do not lie within those of the category'
        when shared.period_kind <> 'month' then 'sales of a category are entered by month'
        else 'the sales of the category are not entered (seed category_sales)'
    end as market_share_reason,
    cast(shared.teller_count as bigint) as teller_count,
    cast(shared.refused_wallet_count as bigint) as refused_wallet_count,
    shared.told_own_amount,
    shared.told_wallet_amount,
    shared.wallet_share as wallet_share_rate,
    case
        when shared.half_width is not null
            then round(greatest(0, shared.wallet_share - shared.half_width), 10)
    end as wallet_share_lo,
    case
        when shared.half_width is not null
            then round(least(1, shared.wallet_share + shared.half_width), 10)
    end as wallet_share_hi,
    case
        when shared.wallet_share is not null then null
        when not delivered.has_wallets then 'no wallet answers are delivered'
        when shared.refused_wallet_count > 0 then 'no wallet told can be believed'
        else 'nobody told a wallet of the period'
    end as wallet_share_reason,
    case
        when shared.half_width is null
            then 'fewer than ' || cast(shared.least_tellers as string) || ' customers told their wallets'
    end as wallet_interval_reason,
    coalesce(shared.market_share_rate, shared.wallet_share) as share_rate,
    case
        when shared.market_share_rate is not null then 'category sales'
        when shared.wallet_share is not null then 'share of wallet'
    end as share_method,
    case
        when shared.own_amount > 0
            then coalesce(cast(shared.told_own_amount as double), 0) / cast(shared.own_amount as double)
    end as coverage_rate,
    run_context.currency_code
from shared
cross join delivered
cross join run_context
