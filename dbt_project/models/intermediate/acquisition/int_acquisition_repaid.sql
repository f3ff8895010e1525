-- One row per channel and cohort (channel, cohort: a month, or 'all'): spend to win customers, those
-- won, their margin to date, and the month of their life in which it has repaid the spend (C18).
with
months as (
    select
        channel,
        substr(cast(month_date as string), 1, 7) as cohort,
        month_date as cohort_month_date,
        acquisition_spend_amount,
        new_customer_count,
        case when acquisition_spend_amount is not null then new_customer_count end
            as costed_customer_count,
        lead_count,
        converted_lead_count
    from {{ ref('int_acquisition_spent') }}
),

cohorts as (
    select * from months
    union all
    select
        channel,
        'all' as cohort,
        null as cohort_month_date,
        sum(acquisition_spend_amount) as acquisition_spend_amount,
        sum(new_customer_count) as new_customer_count,
        sum(costed_customer_count) as costed_customer_count,
        sum(lead_count) as lead_count,
        sum(converted_lead_count) as converted_lead_count
    from months
    group by channel
),

-- What was earned before the first purchase (a cancelled order, a charge) belongs to its month.
earned as (
    select
        won.acquisition_channel as channel,
        substr(cast(won.cohort_month_date as string), 1, 7) as cohort,
        greatest(
            {{ calendar_months_between('won.cohort_month_date', 'orders.purchase_date') }}, 0
        ) as age_months,
        orders.gross_margin_amount
    from {{ ref('int_customers_acquired') }} as won
    inner join {{ ref('int_orders_netted') }} as orders
        on won.customer_key = orders.customer_key
    where not won.is_test_customer
),

earned_by_age as (
    select
        channel,
        cohort,
        age_months,
        sum(gross_margin_amount) as margin_amount
    from earned
    group by channel, cohort, age_months
    union all
    select
        channel,
        'all' as cohort,
        age_months,
        sum(gross_margin_amount) as margin_amount
    from earned
    group by channel, age_months
),

cumulated as (
    select
        channel,
        cohort,
        age_months,
        margin_amount,
        sum(margin_amount) over (
            partition by channel, cohort
            order by age_months
            rows between unbounded preceding and current row
        ) as margin_to_age_amount
    from earned_by_age
),

repaid as (
    select
        cohorts.channel,
        cohorts.cohort,
        sum(cumulated.margin_amount) as margin_amount,
        min(
            case
                when
                    cohorts.acquisition_spend_amount > 0
                    and cumulated.margin_to_age_amount >= cohorts.acquisition_spend_amount
                    then cumulated.age_months + 1
            end
        ) as payback_months
    from cohorts
    inner join cumulated
        on
            cohorts.channel = cumulated.channel
            and cohorts.cohort = cumulated.cohort
    group by cohorts.channel, cohorts.cohort
)

select
    cohorts.channel,
    cohorts.cohort,
    cohorts.cohort_month_date,
    cast(cohorts.acquisition_spend_amount as decimal(18, 4)) as acquisition_spend_amount,
    cast(cohorts.new_customer_count as bigint) as new_customer_count,
    cast(cohorts.costed_customer_count as bigint) as costed_customer_count,
    cast(cohorts.lead_count as bigint) as lead_count,
    cast(cohorts.converted_lead_count as bigint) as converted_lead_count,
    cast(repaid.margin_amount as decimal(18, 4)) as margin_amount,
    cast(repaid.payback_months as bigint) as payback_months
from cohorts
left join repaid
    on
        cohorts.channel = repaid.channel
        and cohorts.cohort = repaid.cohort
