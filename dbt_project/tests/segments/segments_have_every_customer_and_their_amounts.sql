-- Claim: seg_customer has each customer of dim_customer once, the unknown member included, and its
-- net amounts are those of the order lines; seg_summary counts the customers of seg_customer (the
-- unknown member is none) and has the same net amount. Fails with each pair of sums that differs.
with
sums as (
    select
        'customers' as what,
        cast((select count(*) from {{ ref('dim_customer') }}) as decimal(38, 4)) as expected,
        cast((select count(*) from {{ ref('seg_customer') }}) as decimal(38, 4)) as observed
    union all
    select
        'customers in the summary' as what,
        (
            select cast(count(*) as decimal(38, 4)) from {{ ref('seg_customer') }}
            where customer_kind <> 'unknown'
        ) as expected,
        (
            select cast(coalesce(sum(customer_count), 0) as decimal(38, 4))
            from {{ ref('seg_summary') }}
        ) as observed
    union all
    select
        'net amount' as what,
        (
            select cast(coalesce(sum(net_amount), 0) as decimal(38, 4))
            from {{ ref('fct_order_net') }}
        ) as expected,
        (
            select cast(coalesce(sum(net_amount), 0) as decimal(38, 4))
            from {{ ref('seg_customer') }}
        ) as observed
    union all
    select
        'net amount in the summary' as what,
        (
            select cast(coalesce(sum(net_amount), 0) as decimal(38, 4))
            from {{ ref('fct_order_net') }}
        ) as expected,
        (
            select cast(coalesce(sum(net_amount), 0) as decimal(38, 4))
            from {{ ref('seg_summary') }}
        ) as observed
)

select *
from sums
where coalesce(expected <> observed, true)
