-- One row per customer with at least one purchase occasion: the part of the base whose value models
-- score the customer. Test customers are scored like others and fitted nowhere.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
)

select
    cbs.customer_key,
    customers.is_test as is_test_customer,
    case run_context.value_scope
        when 'base' then 'base'
        when 'region' then coalesce(customers.region, 'unknown')
        when 'acquisition_channel' then coalesce(customers.acquisition_channel, 'unknown')
        when 'cohort' then
            cast(extract(year from cbs.first_purchase_date) as string)
            || '-Q' || cast(extract(quarter from cbs.first_purchase_date) as string)
    end as scope
from {{ ref('customer_cbs') }} as cbs
inner join {{ ref('dim_customer') }} as customers on cbs.customer_key = customers.customer_key
cross join run_context
