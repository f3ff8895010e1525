-- One row per programme and age in months (program_id, age_months), up to the age at which points
-- expire: the share of all redemptions of a month's points that has come by that age, by chain
-- ladder. A link is the sum over months of what was redeemed by one age divided by the sum, over the
-- same months, of what was redeemed by the next; the share is the product of the links from the age
-- on. Months that are not over at an age are left out of it. Beyond the observed ages the tail of
-- programme_rules holds. The inverse of a link is the customary age-to-age factor.
with
rules as (
    select
        max(case when rule = 'redemption_tail_months' then value end) as tail_months,
        max(case when rule = 'redemption_tail_ages' then value end) as tail_ages,
        max(case when rule = 'redemption_tail_decay' then value end) as tail_decay
    from {{ ref('programme_rules') }}
),

links as (
    select
        younger.program_id,
        younger.age_months,
        count(*) as month_count,
        sum(younger.cumulative_redeemed_points) as younger_points,
        sum(older.cumulative_redeemed_points) as older_points
    from {{ ref('points_redemption_triangle') }} as younger
    inner join {{ ref('points_redemption_triangle') }} as older
        on
            younger.program_id = older.program_id
            and younger.issue_month_date = older.issue_month_date
            and younger.age_months + 1 = older.age_months
    where older.is_complete
    group by younger.program_id, younger.age_months
),

observed as (
    select
        program_id,
        max(age_months) as last_age
    from links
    group by program_id
),

programs as (
    select
        held.program_id,
        observed.last_age,
        max(coalesce(programs.expiry_months, rules.tail_months)) as end_age,
        -- What the last observed ages added to each point redeemed before; 0 where none was.
        coalesce(
            cast(sum(links.older_points) as double) / nullif(sum(links.younger_points), 0) - 1, 0
        ) as tail_excess
    from (select distinct program_id from {{ ref('points_redemption_triangle') }}) as held
    cross join rules
    left join {{ ref('stg_crm__loyalty_programs') }} as programs
        on held.program_id = programs.program_id
    left join observed on held.program_id = observed.program_id
    left join links
        on
            held.program_id = links.program_id
            and observed.last_age - rules.tail_ages < links.age_months
    group by held.program_id, observed.last_age
),

ages as (
    select generated_number - 1 as age_months
    from ({{ dbt.generate_series(1200) }})
),

linked as (
    select
        programs.program_id,
        ages.age_months,
        coalesce(links.month_count, 0) as month_count,
        case
            when ages.age_months = programs.end_age then 1
            -- Nobody had redeemed anything by either age: nothing is known, nothing is divided.
            when ages.age_months <= programs.last_age
                then coalesce(
                        cast(links.younger_points as double) / nullif(links.older_points, 0), 1
                    )
            else
                1 / (
                    1
                    + programs.tail_excess
                    * power(rules.tail_decay, ages.age_months - coalesce(programs.last_age, 0))
                )
        end as link
    from programs
    cross join rules
    inner join ages on programs.end_age >= ages.age_months
    left join links
        on
            programs.program_id = links.program_id
            and ages.age_months = links.age_months
),

-- Logs as decimals: their sum is the same in any order.
summed as (
    select
        *,
        min(link) over (
            partition by program_id order by age_months desc rows unbounded preceding
        ) as least_link,
        sum(cast(ln(nullif(link, 0)) as decimal(18, 12))) over (
            partition by program_id order by age_months desc rows unbounded preceding
        ) as log_developed
    from linked
)

select
    program_id,
    cast(age_months as integer) as age_months,
    month_count,
    cast(link as decimal(18, 12)) as link,
    cast(case when least_link = 0 then 0 else exp(log_developed) end as decimal(18, 12))
        as developed_rate
from summed
