-- One row per customer and attempt to win it back (customer_key, attempt_number), at the as-of date: the
-- attempts made, hold-outs included, with how far each came, and for every candidate the attempt that
-- is still to be made.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

attempts as (
    select
        followed.*,
        case
            when followed.ineligible_reason is not null then 'not_lapsed'
            when followed.second_lapse_date is not null then 'second_lapse'
            when followed.reactivated_date is not null then 'reactivated'
            when followed.arm = 'holdout' then 'held_out'
            when followed.responded_date is not null then 'responded'
            when followed.contacted_date is not null then 'offered'
            else 'assigned'
        end as attempt_state,
        case
            when followed.ineligible_reason is not null then 'not_counted'
            when followed.reactivated_date is not null then 'reactivated'
            when followed.is_window_over then 'not_reactivated'
            else 'running'
        end as attempt_result,
        causes.cause,
        case
            when followed.reactivated_date is not null and followed.ineligible_reason is null
                then cast(followed.second_margin_amount + clv.clv_365d_amount as decimal(18, 4))
        end as second_lifetime_amount,
        case
            when followed.ineligible_reason is not null or followed.reactivated_date is null
                then 'has not come back'
            when followed.second_margin_amount is null then 'no cost of the goods is known'
            when clv.clv_365d_amount is null then clv.clv_reason
        end as second_lifetime_reason
    from {{ ref('int_winback_attempts_followed') }} as followed
    left join {{ ref('int_silence_causes_weighed') }} as causes
        on
            case when followed.ineligible_reason is null then followed.customer_key end
            = causes.customer_key
            and followed.last_purchase_date = causes.silence_start_date
            and causes.cause_rank = 1
    left join {{ ref('customer_clv') }} as clv on followed.customer_key = clv.customer_key
)

select
    attempts.customer_key,
    attempts.attempt_number,
    run_context.as_of_date,
    attempts.is_test_customer,
    attempts.campaign_id,
    attempts.arm,
    attempts.attempt_state,
    attempts.attempt_result,
    attempts.ineligible_reason,
    coalesce(attempts.sales_rep_id, 'campaign ' || attempts.campaign_id) as owner,
    attempts.offer_id,
    attempts.last_purchase_date,
    attempts.assigned_date,
    case when attempts.arm = 'treated' then attempts.contacted_date end as offered_date,
    case when attempts.arm = 'treated' then attempts.responded_date end as responded_date,
    case when attempts.ineligible_reason is null then attempts.reactivated_date end
        as reactivated_date,
    case when attempts.ineligible_reason is null then attempts.second_lapse_date end
        as second_lapse_date,
    attempts.window_end_date,
    case when attempts.ineligible_reason is null then cast(attempts.silence_days as bigint) end
        as silence_days,
    case when attempts.ineligible_reason is null then attempts.silence_band end as silence_band,
    attempts.occasion_count,
    attempts.cause,
    attempts.second_lifetime_amount,
    attempts.second_lifetime_reason,
    attempts.cost_amount,
    run_context.currency_code
from attempts
cross join run_context
union all
select
    candidates.customer_key,
    candidates.attempt_number,
    candidates.as_of_date,
    false as is_test_customer,
    null as campaign_id,
    null as arm,
    'candidate' as attempt_state,
    'to_be_made' as attempt_result,
    null as ineligible_reason,
    candidates.owner,
    null as offer_id,
    candidates.last_purchase_date,
    null as assigned_date,
    null as offered_date,
    null as responded_date,
    null as reactivated_date,
    null as second_lapse_date,
    null as window_end_date,
    candidates.silence_days,
    candidates.silence_band,
    candidates.occasion_count,
    candidates.cause,
    null as second_lifetime_amount,
    'has not come back' as second_lifetime_reason,
    null as cost_amount,
    run_context.currency_code
from {{ ref('winback_candidate') }} as candidates
cross join run_context
