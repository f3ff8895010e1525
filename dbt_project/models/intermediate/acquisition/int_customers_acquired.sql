-- One row per customer who has bought: the channel and the month that won the customer. Won is the
-- month of the first purchase, whenever the record was made.
select
    occasions.customer_key,
    coalesce(lower(trim(customers.acquisition_channel)), 'not given') as acquisition_channel,
    cast({{ dbt.date_trunc('month', 'occasions.purchase_date') }} as date) as cohort_month_date,
    occasions.purchase_date as first_purchase_date,
    occasions.is_test_customer
from {{ ref('int_purchase_occasions') }} as occasions
inner join {{ ref('dim_customer') }} as customers
    on occasions.customer_key = customers.customer_key
where occasions.occasion_number = 1
