-- Claim: what was spent to win customers (C18) and what customers who were contacted cost (B12) are
-- together not more than was spent, in no channel and month. Fails on each with both sums.
with
direct as (
    select
        lower(trim(channel)) as channel,
        cast({{ dbt.date_trunc('month', 'spend_date') }} as date) as month_date,
        count(*) as row_count,
        sum(spend_amount) as spend_amount,
        sum(direct_spend_amount) as direct_spend_amount
    from {{ ref('int_marketing_spend_split') }}
    group by lower(trim(channel)), cast({{ dbt.date_trunc('month', 'spend_date') }} as date)
)

-- Half a unit of the last decimal for each row that is rounded on its own.
select
    direct.channel,
    direct.month_date,
    direct.spend_amount,
    direct.direct_spend_amount,
    acquisition.acquisition_spend_amount
from direct
inner join {{ ref('int_acquisition_spent') }} as acquisition
    on
        direct.channel = acquisition.channel
        and direct.month_date = acquisition.month_date
where
    direct.direct_spend_amount + coalesce(acquisition.acquisition_spend_amount, 0)
    > direct.spend_amount + direct.row_count * 0.0001
