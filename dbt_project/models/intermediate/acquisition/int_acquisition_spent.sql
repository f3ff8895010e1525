-- One row per channel and month (channel, month_date) with spend, leads or new customers: what was spent
-- to win customers, how many were won, and how many of the month's leads. Of a campaign's spend the share
-- of its kind counts (seed acquisition_shares); spend of an unknown kind is kept apart. A lead is known
-- before it buys; who first shows by buying was none. Testers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

daily as (
    select
        lower(trim(spent.channel)) as channel,
        cast({{ dbt.date_trunc('month', 'spent.date') }} as date) as month_date,
        spent.spend as local_spend_amount,
        spent.spend * rates.fx_rate as spend_amount,
        shares.acquisition_share
    from {{ ref('stg_sales__marketing_spend') }} as spent
    cross join run_context
    left join {{ ref('stg_crm__campaigns') }} as campaigns
        on spent.campaign_id = campaigns.campaign_id
    left join {{ ref('acquisition_shares') }} as shares
        on
            case when spent.campaign_id = 'none' then 'none' else lower(campaigns.kind) end
            = shares.campaign_kind
    left join {{ ref('int_fx_rates_filled') }} as rates
        on
            coalesce(spent.currency, run_context.currency_code) = rates.currency_code
            and spent.date >= rates.valid_from_date
            and spent.date < rates.valid_to_date
    where spent.date <= run_context.as_of_date
),

spent_by_month as (
    select
        channel,
        month_date,
        sum(spend_amount) as spend_amount,
        sum(spend_amount * acquisition_share) as acquisition_spend_amount,
        sum(case when acquisition_share is null then spend_amount else 0 end)
            as unassigned_spend_amount,
        sum(case when local_spend_amount is not null and spend_amount is null then 1 else 0 end)
            as unconverted_row_count
    from daily
    group by channel, month_date
),

won_by_month as (
    select
        acquisition_channel as channel,
        cohort_month_date as month_date,
        count(*) as new_customer_count
    from {{ ref('int_customers_acquired') }}
    where not is_test_customer
    group by acquisition_channel, cohort_month_date
),

leads as (
    select
        coalesce(lower(trim(customers.acquisition_channel)), 'not given') as channel,
        {{ business_date('customers.first_seen_at', 'run_context.business_time_zone') }} as seen_date,
        won.first_purchase_date
    from {{ ref('dim_customer') }} as customers
    cross join run_context
    left join {{ ref('int_customers_acquired') }} as won on customers.customer_key = won.customer_key
    where not customers.is_test and customers.customer_kind <> 'unknown'
),

led_by_month as (
    select
        channel,
        cast({{ dbt.date_trunc('month', 'seen_date') }} as date) as month_date,
        count(*) as lead_count,
        count(first_purchase_date) as converted_lead_count
    from leads
    where seen_date < first_purchase_date or (seen_date is not null and first_purchase_date is null)
    group by channel, cast({{ dbt.date_trunc('month', 'seen_date') }} as date)
),

channel_months as (
    {% for counted in ['spent_by_month', 'won_by_month', 'led_by_month'] %}
    select
        channel,
        month_date
    from {{ counted }}
    {{ 'union' if not loop.last }}
    {% endfor %}
)

select
    channel_months.channel,
    channel_months.month_date,
    cast(spent_by_month.spend_amount as decimal(18, 4)) as spend_amount,
    cast(spent_by_month.acquisition_spend_amount as decimal(18, 4)) as acquisition_spend_amount,
    cast(spent_by_month.unassigned_spend_amount as decimal(18, 4)) as unassigned_spend_amount,
    cast(coalesce(spent_by_month.unconverted_row_count, 0) as bigint) as unconverted_row_count,
    cast(coalesce(won_by_month.new_customer_count, 0) as bigint) as new_customer_count,
    cast(coalesce(led_by_month.lead_count, 0) as bigint) as lead_count,
    cast(coalesce(led_by_month.converted_lead_count, 0) as bigint) as converted_lead_count
from channel_months
{% for counted in ['spent_by_month', 'won_by_month', 'led_by_month'] %}
left join {{ counted }}
    on
        channel_months.channel = {{ counted }}.channel
        and channel_months.month_date = {{ counted }}.month_date
{% endfor %}
