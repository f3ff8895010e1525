-- Claim: the segments of a kind hold every customer of the base exactly once, with all of their
-- years. A row is a kind of segment whose counts differ from those of the whole base.
with
kinds as (
    select
        segment_kind,
        sum(customer_count) as customer_count,
        sum(active_customer_count) as active_customer_count,
        sum(at_risk_count) as at_risk_count,
        sum(retained_count) as retained_count
    from {{ ref('segment_value') }}
    group by segment_kind
),

base as (
    select
        count(*) as customer_count,
        count(case when histories.t_days - histories.t_x_days < 365 then 1 end)
            as active_customer_count
    from {{ ref('customer_cbs') }} as histories
    inner join {{ ref('dim_customer') }} as customers
        on histories.customer_key = customers.customer_key
    where not customers.is_test
),

whole as (
    select * from kinds
    where segment_kind = 'all'
)

select
    kinds.segment_kind,
    kinds.customer_count,
    base.customer_count as base_customer_count
from kinds
cross join base
left join whole on true
where
    kinds.customer_count <> base.customer_count
    or kinds.active_customer_count <> base.active_customer_count
    or kinds.at_risk_count <> coalesce(whole.at_risk_count, 0)
    or kinds.retained_count <> coalesce(whole.retained_count, 0)
