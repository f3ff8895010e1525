-- Claim: every cost that came with a currency has a rate on its day, so that no cost is lost for
-- want of one. Fails on each activity, reward and spend without; publish the rate in fx_rates.
select
    'activity rate' as what,
    activity as name,
    valid_from_date as day
from {{ ref('int_activity_rates_filled') }}
where unit_cost_amount is null
union all
select
    'reward' as what,
    entry_id as name,
    reward_date as day
from {{ ref('int_rewards_costed') }}
where local_cost is not null and cost_amount is null
union all
select
    'marketing spend' as what,
    channel || ' ' || campaign_id as name,
    spend_date as day
from {{ ref('int_marketing_spend_split') }}
where local_amount is not null and spend_amount is null
union all
select
    'credit limit' as what,
    credit.currency as name,
    credit.as_of as day
from {{ ref('stg_crm__credit') }} as credit
left join {{ ref('int_fx_rates_filled') }} as fx_rates
    on
        credit.currency = fx_rates.currency_code
        and credit.as_of >= fx_rates.valid_from_date
        and credit.as_of < fx_rates.valid_to_date
where credit.currency is not null and fx_rates.currency_code is null
