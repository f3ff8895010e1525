-- One row per period (calendar month of the referral, and all history up to the as-of date): referrals
-- made, newcomers they brought and first orders, with cost per newcomer and K-factor. Referrals of
-- test accounts are left out. Without referrals the row of all history says so.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

referrals as (
    select *
    from {{ ref('int_referrals_classified') }}
    where coalesce(uncounted_reason, '') <> 'test_account'
),

periods as (
    select distinct
        'month' as period_kind,
        spanned.period_start_date,
        spanned.period_start_date as month_date,
        least(
            cast({{ dbt.last_day('spanned.period_start_date', 'month') }} as date),
            run_context.as_of_date
        ) as period_end_date
    from {{ ref('int_periods_spanned') }} as spanned
    cross join run_context
    where
        spanned.period_kind = 'month'
        and spanned.calendar_date >= (select min(referred_date) from referrals)
    union all
    select
        'all_history' as period_kind,
        coalesce(min(referrals.referred_date), min(run_context.as_of_date)) as period_start_date,
        cast({{ dbt.date_trunc('month', 'min(referrals.referred_date)') }} as date) as month_date,
        min(run_context.as_of_date) as period_end_date
    from run_context
    left join referrals on referrals.referred_date <= run_context.as_of_date
),

made as (
    select
        periods.period_kind,
        periods.period_start_date,
        count(*) as invite_count,
        count(distinct referrals.referrer_key) as inviting_customer_count,
        sum(case when referrals.is_incentivised then 1 else 0 end) as incentivised_count,
        count(distinct referrals.referee_key) as joined_count,
        count(distinct case when referrals.uncounted_reason is null then referrals.referee_key end)
            as first_order_count
    from periods
    inner join referrals
        on referrals.referred_date between periods.period_start_date and periods.period_end_date
    group by periods.period_kind, periods.period_start_date
),

bases as (
    select
        periods.period_kind,
        periods.period_start_date,
        count(*) as customer_count
    from periods
    inner join {{ ref('int_purchase_occasions') }} as occasions
        on periods.period_end_date >= occasions.first_purchase_date
    where occasions.occasion_number = 1 and not occasions.is_test_customer
    group by periods.period_kind, periods.period_start_date
),

spent as (
    select
        periods.period_kind,
        periods.period_start_date,
        sum(months.acquisition_spend_amount) as referral_cost_amount
    from periods
    inner join {{ ref('int_acquisition_spent') }} as months
        on
            months.month_date <= periods.period_end_date
            and months.month_date >= periods.month_date
    where months.channel = 'referral'
    group by periods.period_kind, periods.period_start_date
)

select
    periods.period_kind || '/' || cast(periods.period_start_date as string)
        as referral_programme_key,
    run_context.as_of_date,
    periods.period_kind,
    periods.period_start_date,
    {{ is_running_period('periods.period_kind', 'periods.period_start_date', 'run_context.as_of_date') }}
        as is_partial,
    {% for column in ['invite', 'incentivised', 'inviting_customer', 'joined', 'first_order'] %}
    cast(case when (select count(*) from referrals) > 0 then coalesce(made.{{ column }}_count, 0) end
        as bigint) as {{ column }}_count,
    {% endfor %}
    cast(coalesce(bases.customer_count, 0) as bigint) as customer_count,
    cast(made.joined_count as double) / made.invite_count as join_rate,
    cast(made.first_order_count as double) / made.invite_count as first_order_rate,
    cast(made.invite_count as double) / nullif(bases.customer_count, 0) as invites_per_customer,
    cast(made.first_order_count as double) / nullif(bases.customer_count, 0) as k_factor,
    case
        when (select count(*) from referrals) = 0 then 'no referrals are delivered'
        when made.invite_count is null then 'no referral was made'
    end as referral_reason,
    cast(spent.referral_cost_amount as decimal(18, 4)) as referral_cost_amount,
    cast(cast(spent.referral_cost_amount as double) / nullif(made.first_order_count, 0)
        as decimal(18, 4)) as cost_per_referred_customer_amount,
    case
        when spent.referral_cost_amount is null
            then 'no spend of the channel referral is delivered'
        when coalesce(made.first_order_count, 0) = 0 then 'nobody referred has ordered'
    end as cost_reason,
    costs.cost_per_new_customer_amount as paid_cost_per_new_customer_amount,
    run_context.currency_code
from periods
cross join run_context
cross join {{ ref('int_acquisition_costed') }} as costs
{% for part in ['made', 'bases', 'spent'] %}
left join {{ part }}
    on
        periods.period_kind = {{ part }}.period_kind
        and periods.period_start_date = {{ part }}.period_start_date
{% endfor %}
