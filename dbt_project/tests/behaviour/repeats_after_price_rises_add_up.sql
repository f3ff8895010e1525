-- Claim: over customers, test accounts left out, purchases and repeats with and without a price rise
-- are those of the whole base in price_elasticity. Fails with both sides where they differ.
with
customers as (
    select
        coalesce(sum(prices.purchases_before_rise_count), 0) as risen_count,
        coalesce(sum(prices.repeats_after_rise_count), 0) as risen_repeat_count,
        coalesce(sum(prices.purchases_without_rise_count), 0) as steady_count,
        coalesce(sum(prices.repeats_without_rise_count), 0) as steady_repeat_count
    from {{ ref('price_behaviour') }} as prices
    inner join {{ ref('dim_customer') }} as known on prices.customer_key = known.customer_key
    where not known.is_test
),

base as (
    select * from {{ ref('price_elasticity') }}
    where segment_kind = 'all'
)

select
    customers.risen_count,
    base.purchases_before_rise_count,
    customers.steady_count,
    base.purchases_without_rise_count
from customers
left join base on true
where
    base.segment is null
    or customers.risen_count <> base.purchases_before_rise_count
    or customers.risen_repeat_count <> base.repeats_after_rise_count
    or customers.steady_count <> base.purchases_without_rise_count
    or customers.steady_repeat_count <> base.repeats_without_rise_count
