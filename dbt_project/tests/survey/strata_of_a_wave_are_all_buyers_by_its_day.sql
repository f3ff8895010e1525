-- Claim: the regions and activities of the latest wave hold every customer who had bought by its day,
-- the active ones those who bought in the last lapsed_after_days. Fails where a count differs from
-- the one taken customer by customer.
with
rules as (
    select cast(max(case when rule = 'lapsed_after_days' then value end) as integer) as lapsed_days
    from {{ ref('lifecycle_rules') }}
),

strata as (
    select
        *,
        dense_rank() over (order by wave_date desc, survey_id desc, wave desc) as wave_rank
    from {{ ref('int_survey_strata_counted') }}
),

counted as (
    select
        wave_date,
        sum(customer_count) as base_count,
        sum(case when activity = 'active' then customer_count else 0 end) as active_count
    from strata
    where wave_rank = 1
    group by wave_date
),

buyers as (
    select
        counted.wave_date,
        occasions.customer_key,
        max(occasions.purchase_date) as last_purchase_date
    from counted
    inner join {{ ref('int_purchase_occasions') }} as occasions
        on counted.wave_date >= occasions.purchase_date
    where not occasions.is_test_customer and occasions.customer_key <> 'unknown'
    group by counted.wave_date, occasions.customer_key
),

expected as (
    select
        buyers.wave_date,
        count(*) as base_count,
        sum(case
            when
                {{ dbt.datediff('buyers.last_purchase_date', 'buyers.wave_date', 'day') }}
                < rules.lapsed_days
                then 1
            else 0
        end) as active_count
    from buyers
    cross join rules
    group by buyers.wave_date
)

select
    counted.wave_date,
    counted.base_count,
    expected.base_count as expected_base_count,
    counted.active_count,
    expected.active_count as expected_active_count
from counted
inner join expected on counted.wave_date = expected.wave_date
where
    counted.base_count <> expected.base_count
    or counted.active_count <> expected.active_count
