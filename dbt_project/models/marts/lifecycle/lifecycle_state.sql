-- One row per customer of dim_customer without the unknown member, at the as-of date: the one lifecycle
-- stage that the customer is held in, since when, why, and what would change it. Stages that follow from
-- purchases and the calendar alone have their first day from these; of the others memory knows it.
with
held as (
    select * from {{ ref('int_segments_held') }}
    where scheme = 'lifecycle'
),

evidence as (
    select * from {{ ref('int_lifecycle_evidence_gathered') }}
),

joined as (
    select
        held.*,
        evidence.silent_days,
        evidence.usual_interval_days,
        evidence.overdue_after_days,
        evidence.deciding_p_alive,
        evidence.recent_net_amount,
        evidence.prior_net_amount,
        evidence.last_referee_date,
        case held.segment
            when 'prospect' then histories.first_seen_date
            when 'churned' then histories.churned_date
            when 'lapsed' then histories.lapsed_date
            when 'won_back' then histories.won_back_date
            when 'new' then histories.first_date
            else case when held.move_kind <> 'first' then held.segment_since_date end
        end as stage_since_date
    from held
    inner join {{ ref('int_lifecycle_histories_dated') }} as histories
        on held.customer_key = histories.customer_key
    inner join evidence on held.customer_key = evidence.customer_key
)

select
    customer_key,
    as_of_date,
    segment as lifecycle_stage,
    raw_segment as raw_stage,
    is_held_back,
    previous_segment as previous_stage,
    stage_since_date,
    case
        when stage_since_date is not null then null
        when segment = 'prospect' then 'no source says since when'
        else 'in this stage on ' || cast(segment_since_date as string)
            || ', the first day that is remembered of the customer'
    end as stage_since_reason,
    case
        when is_held_back
            then 'held as ' || {{ segment_in_words('segment') }} || ', judged '
                || {{ segment_in_words('raw_segment') }} || ' since ' || cast(raw_since_date as string)
                || ': ' || segment_reason
        else segment_reason
    end as stage_reason,
    case when is_held_back then raw_segment else nearest_segment end as nearest_stage,
    case
        when is_held_back
            then cast({{ dbt.datediff('as_of_date', 'earliest_move_date', 'day') }} as double)
        else distance_to_exit
    end as distance_to_exit,
    case when is_held_back then 'days' else distance_unit end as distance_unit,
    case
        when is_held_back
            then 'no other judgement until ' || cast(earliest_move_date as string) || ': '
                || {{ segment_in_words('raw_segment') }}
        else exit_condition
    end as exit_condition,
    cast(silent_days as bigint) as days_since_last_order,
    cast(usual_interval_days as bigint) as usual_interval_days,
    cast(overdue_after_days as bigint) as overdue_after_days,
    deciding_p_alive as p_alive,
    recent_net_amount,
    prior_net_amount,
    last_referee_date
from joined
