-- One row per customer and category that it bought from or told us of, in the window: the sums of the
-- months told, and our latest rank among the customer's brands, from the wallet, else from a survey.
with
months as (
    select
        *,
        own_rank <= brand_count as is_ranked
    from {{ ref('int_wallets_matched') }}
),

pairs as (
    select
        customer_key,
        category
    from {{ ref('brand_loyalty') }}
    union
    select
        customer_key,
        category
    from months
),

spent as (
    select
        customer_key,
        category,
        count(wallet_amount) as month_count,
        sum(case when wallet_amount is not null then own_amount end) as own_amount,
        sum(wallet_amount) as wallet_amount,
        max(case when wallet_amount is not null then method_rank end) as method_rank,
        sum(case when is_ranked then 1 else 0 end) as ranked_month_count,
        count(own_rank) as told_rank_count,
        max(case when is_ranked then month_start_date end) as ranked_month_date
    from months
    group by customer_key, category
),

-- We among as many sellers as the scale has places, whatever the category.
answers as (
    select
        told.customer_key,
        cast(told.score as bigint) as own_rank,
        cast(told.scale_max as bigint) as brand_count,
        row_number() over (
            partition by told.customer_key
            order by told.answered_at desc, told.response_id desc, told.question_code desc
        ) as place
    from {{ ref('int_survey_answers_validated') }} as told
    cross join {{ source('raw', 'run_context') }} as run_context
    where
        told.kind = 'competitor_rank'
        and told.expiry_date > run_context.as_of_date
        and told.customer_key is not null
        and told.scale_min = 1
        and told.score = floor(told.score)
)

select
    pairs.customer_key,
    pairs.category,
    cast(coalesce(spent.month_count, 0) as bigint) as month_count,
    cast(spent.own_amount as decimal(18, 4)) as own_amount,
    cast(spent.wallet_amount as decimal(18, 4)) as wallet_amount,
    spent.method_rank,
    coalesce(spent.told_rank_count > 0, false) as is_rank_told,
    case
        when ranked.own_rank is not null then 'rank of wallet'
        when answers.own_rank is not null then 'rank of survey'
    end as rank_method,
    -- An answer stands for the month in which it was given.
    cast(
        case
            when ranked.own_rank is not null then spent.ranked_month_count
            when answers.own_rank is not null then 1
            else 0
        end as bigint
    ) as ranked_month_count,
    coalesce(ranked.own_rank, answers.own_rank) as own_rank,
    case when ranked.own_rank is not null then ranked.brand_count else answers.brand_count end
        as brand_count
from pairs
left join spent
    on pairs.customer_key = spent.customer_key and pairs.category = spent.category
left join months as ranked
    on
        pairs.customer_key = ranked.customer_key
        and pairs.category = ranked.category
        and spent.ranked_month_date = ranked.month_start_date
left join answers on pairs.customer_key = answers.customer_key and answers.place = 1
