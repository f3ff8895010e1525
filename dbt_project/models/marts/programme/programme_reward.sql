-- One row per programme, period (calendar month, all history) and kind of reward taken: redemptions,
-- their points and cost, and the kind's share. Test accounts are left out. A programme without
-- redemptions has no row: programme_kpi shows its members.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

redemptions as (
    select
        entries.program_id,
        entries.member_id,
        entries.booked_date,
        -entries.points as points,
        coalesce(lower(trim(costs.reward_kind)), 'unstated') as reward_kind,
        costs.is_supplier_funded,
        costs.cost_amount
    from {{ ref('int_points_entries_ordered') }} as entries
    inner join {{ ref('int_rewards_costed') }} as costs on entries.entry_id = costs.entry_id
    inner join {{ ref('dim_customer') }} as customers
        on entries.customer_key = customers.customer_key
    where entries.kind = 'burn' and not customers.is_test
),

summed as (
    select
        periods.program_id,
        periods.period_kind,
        periods.period_start_date,
        periods.period_end_date,
        redemptions.reward_kind,
        count(*) as redemption_count,
        count(distinct redemptions.member_id) as redeeming_member_count,
        sum(redemptions.points) as redeemed_points,
        sum(redemptions.cost_amount) as reward_cost_amount,
        sum(case when redemptions.cost_amount is null then 1 else 0 end) as uncosted_count,
        sum(case when redemptions.is_supplier_funded then redemptions.cost_amount else 0 end)
            as supplier_funded_amount
    from redemptions
    inner join {{ ref('int_programme_periods_spanned') }} as periods
        on
            redemptions.program_id = periods.program_id
            and redemptions.booked_date
            between periods.period_start_date and periods.period_end_date
    group by
        periods.program_id, periods.period_kind, periods.period_start_date,
        periods.period_end_date, redemptions.reward_kind
)

select
    summed.program_id || '/' || summed.period_kind || '/'
    || cast(summed.period_start_date as string) || '/' || summed.reward_kind
        as programme_reward_key,
    run_context.as_of_date,
    summed.program_id,
    summed.period_kind,
    summed.period_start_date,
    {{ is_running_period('summed.period_kind', 'summed.period_start_date', 'run_context.as_of_date') }}
        as is_partial,
    summed.reward_kind,
    kinds.is_monetary,
    kinds.is_experiential,
    cast(summed.redemption_count as bigint) as redemption_count,
    cast(summed.redeeming_member_count as bigint) as redeeming_member_count,
    cast(summed.redeemed_points as decimal(18, 4)) as redeemed_points,
    cast(summed.redemption_count as double) / sum(summed.redemption_count) over (
        partition by summed.program_id, summed.period_kind, summed.period_start_date
    ) as redemption_share_rate,
    cast(summed.redeemed_points as double) / nullif(
        cast(
            sum(summed.redeemed_points) over (
                partition by summed.program_id, summed.period_kind, summed.period_start_date
            ) as double
        ), 0
    ) as point_share_rate,
    cast(summed.reward_cost_amount as decimal(18, 4)) as reward_cost_amount,
    cast(summed.supplier_funded_amount as decimal(18, 4)) as supplier_funded_amount,
    case
        when summed.uncosted_count > 0
            then cast(summed.uncosted_count as string) || ' redemptions have no known cost'
    end as reward_cost_reason,
    case when kinds.reward_kind is null then 'kind is not in seed reward_kinds' end
        as reward_kind_reason,
    run_context.currency_code
from summed
cross join run_context
left join {{ ref('reward_kinds') }} as kinds on summed.reward_kind = kinds.reward_kind
