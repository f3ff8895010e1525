-- One row per programme and month of issue (program_id, issue_month_date): where its points are, how
-- many of those that are open are expected to be redeemed, and by which rule.
-- Chain ladder: what was redeemed by the last complete month / the share developed by that age.
-- Cape Cod, where that share is small: redeemed so far + net issued x the programme's own rate x the
-- share to come, the rate being all redeemed / all issued as far as developed.
-- No breakage, where too few months are complete or nothing was redeemed: all open points count.
-- The expectation is never less than what was redeemed, and no more than that and what is open.
with
rules as (
    select
        max(case when rule = 'liability_least_cohorts' then value end) as least_cohorts,
        max(case when rule = 'liability_least_development' then value end) as least_development
    from {{ ref('programme_rules') }}
),

summed as (
    select
        program_id,
        issue_month_date,
        {% for column in [
            'issued_points', 'redeemed_points', 'expired_points', 'expired_unbooked_points',
            'reversed_points', 'adjusted_down_points', 'open_points'
        ] -%}
        cast(sum({{ column }}) as decimal(18, 4)) as {{ column }},
        {% endfor -%}
        cast(sum(issued_points - reversed_points - adjusted_down_points) as decimal(18, 4))
            as net_issued_points,
        cast(
            sum(
                case
                    when lot_kind = 'earn' and order_id is not null
                        then issued_points - reversed_points - adjusted_down_points
                    else 0
                end
            ) as decimal(18, 4)
        ) as order_points
    from {{ ref('points_ledger_lot') }}
    group by program_id, issue_month_date
),

complete as (
    select
        program_id,
        issue_month_date,
        max(age_months) as complete_age,
        max(cumulative_redeemed_points) as complete_redeemed_points
    from {{ ref('points_redemption_triangle') }}
    where is_complete
    group by program_id, issue_month_date
),

developed as (
    select
        summed.*,
        complete.complete_age,
        coalesce(complete.complete_redeemed_points, 0) as complete_redeemed_points,
        case
            when complete.complete_age is null then 0
            else coalesce(development.developed_rate, 1)
        end as developed_rate
    from summed
    left join complete
        on
            summed.program_id = complete.program_id
            and summed.issue_month_date = complete.issue_month_date
    left join {{ ref('int_redemptions_developed') }} as development
        on
            summed.program_id = development.program_id
            and complete.complete_age = development.age_months
),

own as (
    select
        program_id,
        count(complete_age) as complete_month_count,
        sum(complete_redeemed_points) as complete_redeemed_points,
        cast(sum(complete_redeemed_points) as double)
        / nullif(sum(cast(net_issued_points * developed_rate as decimal(28, 8))), 0) as own_rate
    from developed
    group by program_id
),

estimated as (
    select
        developed.*,
        own.complete_month_count,
        own.own_rate,
        case
            when own.complete_month_count < rules.least_cohorts then 'no_breakage'
            when own.complete_redeemed_points = 0 then 'no_breakage'
            when developed.developed_rate >= rules.least_development then 'chain_ladder'
            else 'cape_cod'
        end as method
    from developed
    cross join rules
    inner join own on developed.program_id = own.program_id
)

select
    *,
    cast(
        case method
            when 'no_breakage' then open_points
            when 'chain_ladder'
                then greatest(least(
                        cast(complete_redeemed_points as double) / developed_rate - redeemed_points,
                        open_points
                    ), 0)
            else greatest(least(
                    complete_redeemed_points + net_issued_points * own_rate * (1 - developed_rate)
                    - redeemed_points,
                    open_points
                ), 0)
        end as decimal(18, 4)
    ) as expected_points
from estimated
