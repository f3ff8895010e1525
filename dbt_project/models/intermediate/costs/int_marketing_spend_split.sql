-- One row per day, channel and campaign of marketing spend (spend_date, channel, campaign_id), in
-- the reporting currency, split: direct is the part of a campaign that contacted customers by name
-- which did not serve to win new ones (seed acquisition_shares, by kind of campaign); it is a cost
-- of those customers (B12). The rest is nobody's; what new customers cost (C18) comes from it
-- alone, so no pound is counted twice.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

contacting_campaigns as (
    select distinct campaign_id
    from {{ ref('int_campaign_contacts_counted') }}
),

converted as (
    select
        spend.date as spend_date,
        spend.channel,
        spend.campaign_id,
        spend.spend as local_amount,
        coalesce(spend.currency, run_context.currency_code) as local_currency_code,
        cast(spend.spend * fx_rates.fx_rate as decimal(18, 4)) as spend_amount,
        -- A campaign of a kind that the seed does not know wins nobody as far as C18 goes.
        case
            when contacting_campaigns.campaign_id is null then 0
            else 1 - coalesce(cast(shares.acquisition_share as decimal(9, 6)), 0)
        end as direct_share
    from {{ ref('stg_sales__marketing_spend') }} as spend
    cross join run_context
    left join contacting_campaigns on spend.campaign_id = contacting_campaigns.campaign_id
    left join {{ ref('stg_crm__campaigns') }} as campaigns
        on spend.campaign_id = campaigns.campaign_id
    left join {{ ref('acquisition_shares') }} as shares
        on lower(campaigns.kind) = shares.campaign_kind
    left join {{ ref('int_fx_rates_filled') }} as fx_rates
        on
            coalesce(spend.currency, run_context.currency_code) = fx_rates.currency_code
            and spend.date >= fx_rates.valid_from_date
            and spend.date < fx_rates.valid_to_date
    where spend.date <= run_context.as_of_date
),

split as (
    select
        converted.*,
        cast(spend_amount * direct_share as decimal(18, 4)) as direct_spend_amount
    from converted
)

select
    spend_date,
    channel,
    campaign_id,
    local_amount,
    local_currency_code,
    spend_amount,
    direct_spend_amount,
    cast(spend_amount - direct_spend_amount as decimal(18, 4)) as unallocated_spend_amount
from split
