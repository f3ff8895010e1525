-- One row per survey, wave, region and activity: how many customers the base had on the day of the
-- wave, whether they answered or not. Active is who bought in the last lapsed_after_days. Counted
-- from daily changes of the base, so that nobody is counted anew for each wave.
with
rules as (
    select cast(max(case when rule = 'lapsed_after_days' then value end) as integer) as lapsed_days
    from {{ ref('lifecycle_rules') }}
),

occasions as (
    select
        occasions.purchase_date,
        occasions.occasion_number,
        coalesce(customers.region, 'not known') as region,
        case
            when
                occasions.next_purchase_date
                < {{ dbt.dateadd('day', 'rules.lapsed_days', 'occasions.purchase_date') }}
                then occasions.next_purchase_date
            else
                cast({{ dbt.dateadd('day', 'rules.lapsed_days', 'occasions.purchase_date') }} as date)
        end as active_until_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join rules
    inner join {{ ref('dim_customer') }} as customers
        on occasions.customer_key = customers.customer_key
    where not customers.is_test and customers.customer_kind <> 'unknown'
),

changes as (
    select
        region,
        purchase_date as change_date,
        sum(case when occasion_number = 1 then 1 else 0 end) as base_change,
        count(*) as active_change
    from occasions
    group by region, purchase_date
    union all
    select
        region,
        active_until_date as change_date,
        0 as base_change,
        -count(*) as active_change
    from occasions
    group by region, active_until_date
),

waves as (
    select distinct
        survey_id,
        wave,
        wave_date
    from {{ ref('int_survey_invitations_counted') }}
),

counted as (
    select
        waves.survey_id,
        waves.wave,
        waves.wave_date,
        changes.region,
        sum(changes.base_change) as base_count,
        sum(changes.active_change) as active_count
    from waves
    inner join changes on waves.wave_date >= changes.change_date
    group by waves.survey_id, waves.wave, waves.wave_date, changes.region
)

select
    survey_id,
    wave,
    wave_date,
    region,
    'active' as activity,
    cast(active_count as bigint) as customer_count
from counted
union all
select
    survey_id,
    wave,
    wave_date,
    region,
    'lapsed' as activity,
    cast(base_count - active_count as bigint) as customer_count
from counted
