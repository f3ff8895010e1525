-- One row per customer record of a source system (source_system, customer_id).
{{ config(materialized='view') }}
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
    lifestyle_tags,
    acquisition_channel,
    acquisition_campaign_id,
    sales_rep_id,
    coalesce(is_test, false) as is_test
from {{ ref('stg_crm__customers') }}
union all
select
    source_system,
    customer_id,
    created_at,
    updated_at,
    null as deleted_at,
    null as full_name_hmac,
    null as email_hmac,
    null as phone_hmac,
    null as birth_year,
    null as gender,
    region,
    null as city,
    null as occupation,
    null as income_band,
    null as education,
    null as lifestyle_tags,
    null as acquisition_channel,
    null as acquisition_campaign_id,
    null as sales_rep_id,
    false as is_test
from {{ ref('stg_online_retail__customers') }}
