-- One row per customer of dim_customer, the unknown member left out: the lifecycle stage that today's
-- facts give, why, and the smallest change that would lead into another. The order of the cases of
-- raw_segment is the precedence of seed lifecycle_stages.
with
evidence as (
    select
        *,
        -- greatest and least pass over what is not known
        greatest(silence_margin, fall_margin) as decline_margin,
        greatest(rise_margin, referral_margin) as growth_margin,
        case when occasion_count + 1 >= mature_min_occasions then 'mature' else 'developing' end
            as bought_segment,
        case when occasion_count >= mature_min_occasions then 'mature' else 'developing' end
            as plain_segment,
        -- Spend that rose is no matter of the calendar.
        case when coalesce(rise_margin, -1) < 0 then referral_until_date end as growth_until_date
    from {{ ref('int_lifecycle_evidence_gathered') }}
),

staged as (
    select
        *,
        case
            when occasion_count = 0 then 'prospect'
            when as_of_date >= churned_date then 'churned'
            when as_of_date >= lapsed_date then 'lapsed'
            when as_of_date < won_back_until_date then 'won_back'
            when as_of_date < new_until_date then 'new'
            when decline_margin >= 0 then 'declining'
            when growth_margin >= 0 then 'growing'
            else plain_segment
        end as raw_segment
    from evidence
),

-- The first day on which the customer is moved if nothing is bought, and what else would move it.
approached as (
    select
        *,
        case raw_segment
            when 'lapsed' then churned_date
            when 'declining' then lapsed_date
            when 'won_back' then least(won_back_until_date, lapsed_date)
            when 'new' then least(new_until_date, lapsed_date)
            when 'growing' then least(overdue_date, lapsed_date, growth_until_date)
            else least(overdue_date, lapsed_date)
        end as next_date,
        cast(case
            when raw_segment = 'declining' and fall_margin >= 0
                then cast(prior_net_amount * falling_spend_percent as double) / 100 - recent_net_amount + 0.01
            when raw_segment = 'growing' and coalesce(referral_margin, -1) < 0
                then recent_net_amount - cast(prior_net_amount * rising_spend_percent as double) / 100 + 0.01
        end as decimal(18, 4)) as change_amount
    from staged
),

moved as (
    select
        *,
        {{ dbt.datediff('as_of_date', 'next_date', 'day') }} as next_days,
        case
            when churned_date <= next_date then 'churned'
            when lapsed_date <= next_date then 'lapsed'
            when overdue_date <= next_date then 'declining'
            when referral_until_date > next_date and referral_margin >= 0 then 'growing'
            else plain_segment
        end as silent_segment,
        -- How near: days, purchases and amounts compare as shares of what the stage rests on.
        case
            when raw_segment in ('prospect', 'churned') then 'occasions'
            when raw_segment = 'declining' and change_amount is not null then 'amount'
            when raw_segment = 'declining' then 'occasions'
            when raw_segment = 'growing' and cast(change_amount as double) / recent_net_amount
                < cast({{ dbt.datediff('as_of_date', 'next_date', 'day') }} as double)
                / {{ dbt.datediff('last_date', 'next_date', 'day') }} then 'amount'
            when raw_segment = 'developing'
                and cast(mature_min_occasions - occasion_count as double) / mature_min_occasions
                < cast({{ dbt.datediff('as_of_date', 'next_date', 'day') }} as double)
                / {{ dbt.datediff('last_date', 'next_date', 'day') }} then 'occasions'
            else 'days'
        end as distance_unit
    from approached
)

select
    customer_key,
    'lifecycle' as scheme,
    raw_segment,
    {{ lifecycle_reason() }} as segment_reason,
    case
        when distance_unit = 'days' then silent_segment
        when raw_segment = 'prospect' then 'new'
        when raw_segment = 'churned' then 'won_back'
        when raw_segment = 'growing' then plain_segment
        when raw_segment = 'developing' then 'mature'
        when referral_margin >= 0 then 'growing'
        else bought_segment
    end as nearest_segment,
    cast(case
        when distance_unit = 'days' then next_days
        when distance_unit = 'amount' then change_amount
        when raw_segment = 'developing' then mature_min_occasions - occasion_count
        else 1
    end as double) as distance_to_exit,
    distance_unit,
    case raw_segment
        when 'declining' then decline_margin
        when 'growing' then least(growth_margin, -decline_margin)
        when 'mature' then least(-decline_margin, -growth_margin)
        when 'developing' then least(-decline_margin, -growth_margin)
    end as clear_rate,
    {{ lifecycle_exit() }} as exit_condition
from moved
