-- The stages that follow from purchases and the calendar; no trend, no P(alive), no memory.
with
staged as (
    select
        *,
        case
            when occasion_count = 0 then 'prospect'
            when as_of_date >= churned_date then 'churned'
            when as_of_date >= lapsed_date then 'lapsed'
            when as_of_date < won_back_until_date then 'won_back'
            when as_of_date < new_until_date then 'new'
            when occasion_count >= mature_min_occasions then 'mature'
            else 'developing'
        end as lifecycle_stage
    from intermediate.int_lifecycle_histories_dated
)

select
    customer_key,
    as_of_date,
    lifecycle_stage,
    case lifecycle_stage
        when 'prospect' then first_seen_date
        when 'churned' then churned_date
        when 'lapsed' then lapsed_date
        when 'won_back' then won_back_date
        when 'new' then first_date
    end as stage_since_date,
    case lifecycle_stage
        when 'prospect' then 'no purchase occasion yet'
        when 'churned' then 'no purchase since ' || cast(last_date as varchar) || ', churned'
        when 'lapsed' then 'no purchase since ' || cast(last_date as varchar) || ', lapsed'
        when 'won_back' then 'bought again on ' || cast(won_back_date as varchar)
        when 'new' then 'first purchase on ' || cast(first_date as varchar)
        else 'active; purchase occasions: ' || cast(occasion_count as varchar)
    end as stage_reason
from staged
