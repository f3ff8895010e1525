-- Claim: every pound of marketing spend up to the as-of date is either a cost of customers that its
-- campaign contacted or unallocated (acquisition), and never both. Fails with the three sums.
with
spend as (
    select coalesce(sum(cast(spend.spend * fx_rates.fx_rate as decimal(18, 4))), 0) as amount
    from {{ ref('stg_sales__marketing_spend') }} as spend
    cross join {{ source('raw', 'run_context') }} as run_context
    left join {{ ref('int_fx_rates_filled') }} as fx_rates
        on
            coalesce(spend.currency, run_context.currency_code) = fx_rates.currency_code
            and spend.date >= fx_rates.valid_from_date
            and spend.date < fx_rates.valid_to_date
    where spend.date <= run_context.as_of_date
),

profits as (
    select
        coalesce(sum(direct_marketing_amount), 0) as direct_amount,
        coalesce(sum(unallocated_marketing_amount), 0) as unallocated_amount
    from {{ ref('customer_profitability') }}
)

select
    spend.amount as spend_amount,
    profits.direct_amount,
    profits.unallocated_amount
from spend
cross join profits
where spend.amount <> profits.direct_amount + profits.unallocated_amount
