-- One row per customer of dim_customer without the unknown member, at the as-of date: the one
-- lifecycle stage, since when, and why. The order of the cases is the precedence of seed
-- lifecycle_stages; the thresholds stand in seed lifecycle_rules. "Within the last n days" holds
-- the as-of date and the n - 1 days before it.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'new_days' then value end) as new_days,
        max(case when rule = 'mature_min_occasions' then value end) as mature_min_occasions,
        max(case when rule = 'lapsed_after_days' then value end) as lapsed_after_days,
        max(case when rule = 'churned_after_days' then value end) as churned_after_days,
        max(case when rule = 'won_back_days' then value end) as won_back_days
    from {{ ref('lifecycle_rules') }}
),

-- An interval above the lapse (churn) threshold means that the customer was lapsed (churned) at
-- the end of some day in it.
histories as (
    select
        occasions.customer_key,
        count(*) as occasion_count,
        min(occasions.purchase_date) as first_date,
        max(occasions.purchase_date) as last_date,
        max(case
            when occasions.occasion_number = rules.mature_min_occasions then occasions.purchase_date
        end) as mature_date,
        max(case
            when occasions.interval_days > rules.lapsed_after_days then occasions.purchase_date
        end) as reactivated_date,
        max(case
            when occasions.interval_days > rules.churned_after_days then occasions.purchase_date
        end) as won_back_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join rules
    group by occasions.customer_key
),

dated as (
    select
        customers.customer_key,
        run_context.as_of_date,
        {{ business_date('customers.first_seen_at', 'run_context.business_time_zone') }}
            as first_seen_date,
        coalesce(histories.occasion_count, 0) as occasion_count,
        histories.first_date,
        histories.last_date,
        histories.mature_date,
        histories.reactivated_date,
        histories.won_back_date,
        cast({{ dbt.dateadd('day', 'rules.new_days', 'histories.first_date') }} as date)
            as new_until_date,
        cast({{ dbt.dateadd('day', 'rules.lapsed_after_days', 'histories.last_date') }} as date)
            as lapsed_date,
        cast({{ dbt.dateadd('day', 'rules.churned_after_days', 'histories.last_date') }} as date)
            as churned_date,
        cast({{ dbt.dateadd('day', 'rules.won_back_days', 'histories.won_back_date') }} as date)
            as won_back_until_date,
        rules.mature_min_occasions,
        rules.lapsed_after_days,
        rules.churned_after_days
    from {{ ref('dim_customer') }} as customers
    cross join run_context
    cross join rules
    left join histories on customers.customer_key = histories.customer_key
    where customers.customer_kind <> 'unknown'
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
            when occasion_count >= mature_min_occasions then 'mature'
            else 'developing'
        end as lifecycle_stage
    from dated
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
        -- The last thing that brought the customer here; greatest passes over what never happened.
        when 'mature'
            then greatest(mature_date, new_until_date, reactivated_date, won_back_until_date)
        else greatest(new_until_date, reactivated_date, won_back_until_date)
    end as stage_since_date,
    case lifecycle_stage
        when 'prospect' then 'no purchase occasion yet'
        when 'churned'
            then 'no purchase since ' || cast(last_date as string) || ', churned from '
                || cast(churned_after_days as string) || ' days on'
        when 'lapsed'
            then 'no purchase since ' || cast(last_date as string) || ', lapsed from '
                || cast(lapsed_after_days as string) || ' days on'
        when 'won_back'
            then 'bought again on ' || cast(won_back_date as string)
                || ' after being churned'
        when 'new' then 'first purchase on ' || cast(first_date as string)
        else 'active; purchase occasions: ' || cast(occasion_count as string)
            || ', mature from ' || cast(mature_min_occasions as string) || ' on'
    end as stage_reason
from staged
