-- One row per customer of the base with a purchase occasion and kind of segment (customer_key,
-- segment_kind): the segment of that kind that the customer is in; every customer has one of each.
with
buyers as (
    select
        won.customer_key,
        won.acquisition_channel,
        won.first_purchase_date,
        customers.region
    from {{ ref('int_customers_acquired') }} as won
    inner join {{ ref('dim_customer') }} as customers on won.customer_key = customers.customer_key
    where not won.is_test_customer
)

select
    customer_key,
    'all' as segment_kind,
    'all' as segment
from buyers
union all
select
    customer_key,
    'acquisition_channel' as segment_kind,
    acquisition_channel as segment
from buyers
union all
select
    customer_key,
    'region' as segment_kind,
    coalesce(region, 'not given') as segment
from buyers
union all
select
    customer_key,
    'cohort' as segment_kind,
    cast(extract(year from first_purchase_date) as string)
    || '-Q' || cast(extract(quarter from first_purchase_date) as string) as segment
from buyers
