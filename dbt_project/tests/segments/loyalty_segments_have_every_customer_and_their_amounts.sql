-- Claim: seg_loyalty has each customer once and the net amounts of seg_customer; its summary counts the
-- same customers (the unknown member is none) and carries the same amounts. Fails with each pair of sums
-- that differs.
with
sums as (
    select
        'customers' as what,
        (select count(*) from {{ ref('seg_customer') }}) as expected,
        (select count(*) from {{ ref('seg_loyalty') }}) as observed
    union all
    select
        'customers in the summary' as what,
        (
            select count(*) from {{ ref('seg_loyalty') }}
            where customer_kind <> 'unknown'
        ) as expected,
        (select coalesce(sum(customer_count), 0) from {{ ref('seg_loyalty_summary') }}) as observed
    union all
    select
        'net amount' as what,
        (select coalesce(sum(net_amount), 0) from {{ ref('seg_customer') }}) as expected,
        (select coalesce(sum(net_amount), 0) from {{ ref('seg_loyalty') }}) as observed
    union all
    select
        'net amount in the summary' as what,
        (select coalesce(sum(net_amount), 0) from {{ ref('seg_customer') }}) as expected,
        (select coalesce(sum(net_amount), 0) from {{ ref('seg_loyalty_summary') }}) as observed
    union all
    select
        'potential in the summary' as what,
        (select coalesce(sum(potential_amount), 0) from {{ ref('seg_loyalty') }}) as expected,
        (select coalesce(sum(potential_amount), 0) from {{ ref('seg_loyalty_summary') }})
            as observed
)

select *
from sums
where coalesce(expected <> observed, true)
