-- One row per day, channel and campaign of marketing spend (spend_date, channel, campaign_id), in
-- the reporting currency, and what it is: direct when the campaign contacted customers by name,
-- else acquisition. Direct spend is a cost of those customers (B12); acquisition spend is what new
-- customers cost (C18). No row is both, so nothing is counted twice.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

contacting_campaigns as (
    select distinct campaign_id
    from {{ ref('int_campaign_contacts_counted') }}
)

select
    spend.date as spend_date,
    spend.channel,
    spend.campaign_id,
    case when contacting_campaigns.campaign_id is null then 'acquisition' else 'direct' end
        as spend_kind,
    spend.spend as local_amount,
    coalesce(spend.currency, run_context.currency_code) as local_currency_code,
    cast(spend.spend * fx_rates.fx_rate as decimal(18, 4)) as spend_amount
from {{ ref('stg_sales__marketing_spend') }} as spend
cross join run_context
left join contacting_campaigns on spend.campaign_id = contacting_campaigns.campaign_id
left join {{ ref('int_fx_rates_filled') }} as fx_rates
    on
        coalesce(spend.currency, run_context.currency_code) = fx_rates.currency_code
        and spend.date >= fx_rates.valid_from_date
        and spend.date < fx_rates.valid_to_date
where spend.date <= run_context.as_of_date
