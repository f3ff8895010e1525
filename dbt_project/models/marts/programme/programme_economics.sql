-- One row per programme and period (calendar month, and all history up to the as-of date): what rewards
-- and running it cost against what members bought, and who paid (H9). The row of all history also
-- holds members beside their matched counterparts (H10), as programme_lift has them.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

delivered as (
    select
        (select count(*) from {{ ref('int_memberships_resolved') }}) > 0 as has_members,
        (select count(*) from {{ ref('stg_crm__loyalty_ledger') }}) > 0 as has_ledger,
        (select count(*) from {{ ref('stg_sales__promotions') }}) > 0 as has_promotions
),

summed as (
    select
        periods.program_id,
        periods.period_kind,
        periods.period_start_date,
        min(periods.period_end_date) as period_end_date,
        coalesce(sum(months.member_net_amount), 0) as member_net_amount,
        coalesce(sum(months.promoted_net_amount), 0) as promoted_net_amount,
        coalesce(sum(months.supplier_promoted_net_amount), 0) as supplier_promoted_net_amount,
        coalesce(sum(months.reward_cost_amount), 0) as known_reward_cost_amount,
        coalesce(sum(months.supplier_funded_amount), 0) as supplier_funded_amount,
        coalesce(sum(months.uncosted_count), 0) as uncosted_count,
        sum(months.operating_cost_amount) as operating_cost_amount
    from {{ ref('int_programme_periods_spanned') }} as periods
    left join {{ ref('int_programme_months_costed') }} as months
        on
            periods.program_id = months.program_id
            and months.month_date between periods.period_start_date and periods.period_end_date
    group by periods.program_id, periods.period_kind, periods.period_start_date
),

joined as (
    select
        summed.*,
        delivered.*,
        summed.known_reward_cost_amount - summed.supplier_funded_amount as own_reward_cost_amount,
        summed.known_reward_cost_amount as reward_cost_amount
    from summed
    cross join delivered
)

select
    joined.program_id || '/' || joined.period_kind || '/'
    || cast(joined.period_start_date as string) as programme_economics_key,
    run_context.as_of_date,
    joined.program_id,
    joined.period_kind,
    joined.period_start_date,
    joined.period_end_date,
    {{ is_running_period('joined.period_kind', 'joined.period_start_date', 'run_context.as_of_date') }}
        as is_partial,
    {% for column, condition in {
        'member_net_amount': 'has_members',
        'reward_cost_amount': 'has_ledger',
        'supplier_funded_amount': 'has_ledger',
        'own_reward_cost_amount': 'has_ledger',
        'operating_cost_amount': 'has_members',
    }.items() %}
    cast(case when joined.{{ condition }} then joined.{{ column }} end as decimal(18, 4))
        as {{ column }},
    {% endfor %}
    case
        when joined.has_members and joined.has_ledger and joined.member_net_amount > 0
            then
                cast(
                    joined.known_reward_cost_amount + coalesce(joined.operating_cost_amount, 0)
                    as double
                ) / cast(joined.member_net_amount as double)
    end as programme_cost_rate,
    case
        when not joined.has_members then 'no memberships delivered'
        when not joined.has_ledger then 'no loyalty ledger delivered'
        when joined.member_net_amount <= 0 then 'no positive net sales to members'
        when joined.uncosted_count > 0 and joined.operating_cost_amount is null
            then 'rewards without a known cost and the cost of running the programme are left out'
        when joined.uncosted_count > 0 then 'rewards without a known cost are left out'
        when joined.operating_cost_amount is null
            then 'the cost of running the programme is left out: no rate of the activity membership'
    end as programme_cost_reason,
    case
        when joined.has_ledger
            then
                cast(joined.supplier_funded_amount as double)
                / nullif(cast(joined.known_reward_cost_amount as double), 0)
    end as supplier_funded_rate,
    case
        when not joined.has_ledger then 'no loyalty ledger delivered'
        when joined.known_reward_cost_amount = 0 then 'no reward of known cost'
    end as supplier_funded_reason,
    case
        when joined.has_members and joined.has_promotions
            then
                cast(joined.supplier_promoted_net_amount as double)
                / nullif(cast(joined.promoted_net_amount as double), 0)
    end as supplier_promotion_rate,
    case
        when not joined.has_members then 'no memberships delivered'
        when not joined.has_promotions then 'no promotions delivered'
        when joined.promoted_net_amount = 0 then 'members bought nothing on promotion'
    end as supplier_promotion_reason,
    {% for outcome in programme_comparisons() %}
    case when joined.period_kind = 'all_history' then lifts.member_{{ outcome }} end
        as member_{{ outcome }},
    case when joined.period_kind = 'all_history' then lifts.matched_{{ outcome }} end
        as matched_{{ outcome }},
    case
        when joined.period_kind <> 'all_history' then 'compared over all history, not by month'
        else lifts.{{ outcome }}_reason
    end as {{ outcome }}_reason,
    {% endfor %}
    run_context.currency_code
from joined
cross join run_context
left join {{ ref('int_programme_lifts_pivoted') }} as lifts
    on joined.program_id = lifts.program_id
