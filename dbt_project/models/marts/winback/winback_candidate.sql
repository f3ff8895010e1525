-- One row per candidate for winning back (customer_key), at the as-of date: a lapsed or churned customer
-- of the base with whom no attempt is under way, ranked by what can be won (what a return adds in a
-- year, times the share of customers so silent who have returned in time), with a suggestion.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

gained as (
    select
        *,
        winnable * return_rate as gain,
        winnable_sales * return_rate as gain_sales
    from {{ ref('int_winback_candidates_valued') }}
)

select
    gained.customer_key,
    run_context.as_of_date,
    row_number() over (
        order by
            -- Margins first; where none is known, sales rank; what is not valued comes last.
            case
                when gained.gain is not null then 0 when gained.gain_sales is not null then 1 else 2
            end asc,
            cast(coalesce(gained.gain, gained.gain_sales) as decimal(18, 4)) desc,
            gained.silence_days asc,
            gained.customer_key asc
    ) as candidate_rank,
    gained.silence_start_date as last_purchase_date,
    gained.lapsed_date as candidate_since_date,
    gained.silence_days,
    gained.silence_band,
    gained.occasion_count,
    gained.cause,
    gained.cause_weight,
    gained.is_cause_declared,
    gained.cause_evidence,
    approaches.approach,
    approaches.offer as suggested_offer,
    approaches.reason as approach_reason,
    cast(gained.attempt_count + 1 as bigint) as attempt_number,
    gained.last_attempt_date,
    coalesce(gained.sales_rep_id, 'nobody yet') as owner,
    cast(gained.winnable as decimal(18, 4)) as winnable_amount,
    cast(gained.winnable_sales as decimal(18, 4)) as winnable_sales_amount,
    case when gained.winnable is null then gained.clv_reason end as winnable_reason,
    gained.return_rate,
    case
        when gained.return_rate is null then 'no silence is old enough to have seen returns'
    end as return_reason,
    cast(gained.gain as decimal(18, 4)) as expected_gain_amount,
    cast(gained.attempt_cost as decimal(18, 4)) as attempt_cost_amount,
    case
        when gained.attempt_cost is null then 'no spend of an attempt to win back is delivered'
    end as attempt_cost_reason,
    gained.gain > gained.attempt_cost as is_worth_an_attempt,
    gained.currency_code
from gained
cross join run_context
inner join {{ ref('winback_approaches') }} as approaches on gained.cause = approaches.cause
