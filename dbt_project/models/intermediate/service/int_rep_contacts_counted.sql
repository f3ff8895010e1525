-- One row per sales employee and calendar month with a contact (sales_rep_id, month_start_date): contacts
-- of the employee with the own customers. Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

contacts as (
    select
        customers.sales_rep_id,
        customers.customer_key,
        {{ business_date('contacts.at', 'run_context.business_time_zone') }} as contact_date
    from {{ ref('stg_crm__interactions') }} as contacts
    cross join run_context
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            contacts.source_system = identities.source_system
            and contacts.customer_id = identities.customer_id
    inner join {{ ref('dim_customer') }} as customers
        on
            identities.customer_key = customers.customer_key
            and contacts.rep_id = customers.sales_rep_id
    where contacts.at < run_context.as_of_end_at and not customers.is_test
)

select
    sales_rep_id,
    cast({{ dbt.date_trunc('month', 'contact_date') }} as date) as month_start_date,
    cast(count(*) as bigint) as contact_count,
    cast(count(distinct customer_key) as bigint) as contacted_count
from contacts
group by sales_rep_id, cast({{ dbt.date_trunc('month', 'contact_date') }} as date)
