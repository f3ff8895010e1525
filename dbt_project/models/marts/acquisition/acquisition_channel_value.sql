-- One row per acquisition channel and cohort (channel, cohort: month of the first purchase, or 'all'):
-- what winning its customers cost, what they have brought and are expected to bring, and when the
-- cost was repaid.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

delivered as (
    select count(*) > 0 as has_spend from {{ ref('stg_sales__marketing_spend') }}
),

joined as (
    select
        repaid.*,
        delivered.has_spend,
        coalesce(valued.scored_customer_count, 0) as scored_customer_count,
        valued.total_clv_amount,
        valued.high_value_customer_count,
        cast(nullif(repaid.acquisition_spend_amount, 0) as double)
        / nullif(repaid.costed_customer_count, 0) as cost_per_customer,
        cast(valued.total_clv_amount as double) / nullif(valued.scored_customer_count, 0)
            as mean_clv,
        cast(repaid.margin_amount as double) / nullif(repaid.new_customer_count, 0) as mean_margin
    from {{ ref('int_acquisition_repaid') }} as repaid
    cross join delivered
    left join {{ ref('int_acquisition_valued') }} as valued
        on
            repaid.channel = valued.channel
            and repaid.cohort = valued.cohort
)

select
    joined.channel,
    joined.cohort,
    joined.cohort_month_date,
    run_context.as_of_date,
    joined.acquisition_spend_amount,
    joined.new_customer_count,
    cast(joined.cost_per_customer as decimal(18, 4)) as acquisition_cost_amount,
    case
        when joined.cost_per_customer is not null then null
        when not joined.has_spend then 'no marketing spend is delivered'
        when joined.acquisition_spend_amount is null then 'no spend of the channel is delivered'
        when joined.acquisition_spend_amount = 0
            then 'no spend of the channel is made to win customers; see seed acquisition_shares'
        else 'nobody was won'
    end as acquisition_cost_reason,
    joined.lead_count,
    joined.converted_lead_count,
    cast(joined.converted_lead_count as double) / nullif(joined.lead_count, 0) as acquisition_rate,
    case when joined.lead_count = 0 then 'nobody was known before buying' end
        as acquisition_rate_reason,
    joined.margin_amount,
    joined.scored_customer_count,
    joined.total_clv_amount,
    cast(joined.mean_clv as decimal(18, 4)) as mean_clv_amount,
    case
        when joined.new_customer_count = 0 then 'nobody was won'
        when joined.scored_customer_count = 0 then 'no customer has a CLV; see customer_clv'
        when joined.scored_customer_count < joined.new_customer_count
            then 'customers without a CLV are left out'
    end as clv_reason,
    joined.high_value_customer_count,
    cast(joined.high_value_customer_count as double) / nullif(joined.scored_customer_count, 0)
        as high_value_rate,
    (joined.mean_margin + joined.mean_clv) / nullif(joined.cost_per_customer, 0)
        as clv_to_acquisition_cost_ratio,
    joined.payback_months,
    case
        when joined.payback_months is not null then null
        when coalesce(joined.acquisition_spend_amount, 0) = 0 then 'no acquisition cost is known'
        when joined.new_customer_count = 0 then 'nobody was won'
        when joined.margin_amount is null then 'no cost of the goods is known'
        else 'not yet repaid'
    end as payback_reason,
    run_context.currency_code
from joined
cross join run_context
