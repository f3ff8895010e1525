-- One row per customer record of a source system (source_system, customer_id).
select
    source_system,
    customer_id,
    created_at,
    updated_at,
    deleted_at,
    full_name_hmac,
    email_hmac,
    phone_hmac,
    birth_year,
    gender,
    region,
    city,
    occupation,
    income_band,
    education,
    acquisition_channel,
    acquisition_campaign_id,
    sales_rep_id,
    coalesce(is_test, false) as is_test
from {{ ref('stg_crm__customers') }}
