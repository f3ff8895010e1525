-- Claim: each order of a member counts for exactly one programme: over the programmes, sales are those
-- of member_sales, month by month. Fails on each month in which they differ.
with
programmes as (
    select
        month_date,
        sum(member_net_amount) as net_amount
    from {{ ref('int_programme_months_costed') }}
    group by month_date
),

days as (
    select
        cast({{ dbt.date_trunc('month', 'sales_date') }} as date) as month_date,
        sum(member_net_amount) as net_amount
    from {{ ref('member_sales') }}
    group by cast({{ dbt.date_trunc('month', 'sales_date') }} as date)
)

select
    days.month_date as day_month_date,
    programmes.month_date,
    days.net_amount as day_net_amount,
    programmes.net_amount
from days
full outer join programmes on days.month_date = programmes.month_date
where coalesce(days.net_amount, 0) <> coalesce(programmes.net_amount, 0)
