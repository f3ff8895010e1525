-- One row per period (period_kind, period_start_date): what was spent to win customers and to keep them,
-- how many were won and kept, and how often those who had bought before bought.
with
periods as (
    select * from {{ ref('int_retention_periods_spanned') }}
),

-- As for the cost of acquisition, a channel that is never paid for in the period is left out.
channels as (
    select
        periods.period_kind,
        periods.period_start_date,
        spent.channel,
        sum(spent.acquisition_spend_amount) as spend_amount,
        sum(spent.new_customer_count) as new_customer_count
    from periods
    inner join {{ ref('int_acquisition_spent') }} as spent
        on
            periods.period_start_date <= spent.month_date
            and periods.next_start_date > spent.month_date
    group by periods.period_kind, periods.period_start_date, spent.channel
    having sum(spent.acquisition_spend_amount) > 0
),

won as (
    select
        period_kind,
        period_start_date,
        sum(spend_amount) as acquisition_spend_amount,
        sum(new_customer_count) as new_customer_count
    from channels
    group by period_kind, period_start_date
),

-- Attempts to win back keep nobody: they are in winback_kpi.
kept_spend as (
    select
        periods.period_kind,
        periods.period_start_date,
        sum(split.direct_spend_amount) as retention_spend_amount
    from periods
    inner join {{ ref('int_marketing_spend_split') }} as split
        on
            periods.period_start_date <= split.spend_date
            and periods.next_start_date > split.spend_date
    left join {{ ref('stg_crm__campaigns') }} as campaigns
        on split.campaign_id = campaigns.campaign_id
    left join {{ ref('winback_campaign_kinds') }} as kinds
        on lower(trim(campaigns.kind)) = kinds.campaign_kind
    where split.direct_spend_amount <> 0 and kinds.campaign_kind is null
    group by periods.period_kind, periods.period_start_date
),

bought as (
    select
        periods.period_kind,
        periods.period_start_date,
        occasions.customer_key,
        max(case when occasions.purchase_date >= periods.period_start_date then 1 else 0 end)
            as is_buyer,
        max(case when occasions.purchase_date < periods.period_start_date then 1 else 0 end)
            as was_buyer,
        sum(case
            when
                occasions.purchase_date >= periods.period_start_date
                and occasions.occasion_number > 1
                then 1
            else 0
        end) as repeat_count
    from periods
    inner join {{ ref('int_purchase_occasions') }} as occasions
        on
            periods.previous_start_date <= occasions.purchase_date
            and periods.next_start_date > occasions.purchase_date
    where not occasions.is_test_customer
    group by periods.period_kind, periods.period_start_date, occasions.customer_key
),

kept as (
    select
        period_kind,
        period_start_date,
        sum(was_buyer) as start_count,
        sum(was_buyer * is_buyer) as kept_count,
        sum(repeat_count) as repeat_count
    from bought
    group by period_kind, period_start_date
)

select
    periods.period_kind,
    periods.period_start_date,
    cast(won.acquisition_spend_amount as decimal(18, 4)) as acquisition_spend_amount,
    cast(coalesce(won.new_customer_count, 0) as bigint) as new_customer_count,
    cast(kept_spend.retention_spend_amount as decimal(18, 4)) as retention_spend_amount,
    cast(coalesce(kept.start_count, 0) as bigint) as start_count,
    cast(coalesce(kept.kept_count, 0) as bigint) as kept_count,
    cast(coalesce(kept.repeat_count, 0) as bigint) as repeat_count
from periods
left join won
    on
        periods.period_kind = won.period_kind
        and periods.period_start_date = won.period_start_date
left join kept_spend
    on
        periods.period_kind = kept_spend.period_kind
        and periods.period_start_date = kept_spend.period_start_date
left join kept
    on
        periods.period_kind = kept.period_kind
        and periods.period_start_date = kept.period_start_date
