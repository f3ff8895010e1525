-- One row per customer (customer_key), the unknown member included, as of the as-of date.
{%- set attributes = [
    'email_hmac', 'phone_hmac', 'full_name_hmac', 'gender', 'birth_year', 'region', 'city',
    'occupation', 'income_band', 'education', 'lifestyle_tags', 'acquisition_channel',
    'acquisition_campaign_id', 'sales_rep_id',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

resolved as (
    select * from {{ ref('int_customers_resolved') }}
),

profiles as (
    select * from {{ ref('int_customers_unioned') }}
),

-- Windows, and no group by: DuckDB cannot spill the texts that an aggregate holds.
records as (
    select
        resolved.customer_key,
        case
            when min(case when resolved.is_guest then 1 else 0 end) over of_customer = 1
                then 'guest'
            else 'known'
        end as customer_kind,
        max(case when profiles.is_test then 1 else 0 end) over of_customer = 1 as is_test,
        max(case when profiles.deleted_at is not null then 1 else 0 end) over of_customer = 1
        and max(
            case when profiles.customer_id is not null and profiles.deleted_at is null then 1 else 0 end
        ) over of_customer = 0 as is_deleted,
        min(resolved.first_seen_at) over of_customer as first_seen_at,
        {% for attribute in attributes %}
        {{ last_known('profiles.' ~ attribute, 'by_freshness') }} as {{ attribute }},
        {% endfor %}
        count(*) over of_customer as source_record_count,
        row_number() over by_freshness as freshness_rank
    from resolved
    left join profiles
        on
            resolved.source_system = profiles.source_system
            and resolved.customer_id = profiles.customer_id
    window
        of_customer as (partition by resolved.customer_key),
        by_freshness as (
            partition by resolved.customer_key
            order by profiles.updated_at nulls first, resolved.source_system, resolved.customer_id
            rows between unbounded preceding and current row
        )
),

customers as (
    select
        customer_key,
        customer_kind,
        is_test,
        is_deleted,
        first_seen_at,
        {% for attribute in attributes %}
        {{ attribute }},
        {% endfor %}
        source_record_count
    from records
    where freshness_rank = source_record_count
),

with_unknown as (
    select * from customers
    union all
    select
        'unknown' as customer_key,
        'unknown' as customer_kind,
        false as is_test,
        false as is_deleted,
        null as first_seen_at,
        {% for attribute in attributes %}
        null as {{ attribute }},
        {% endfor %}
        0 as source_record_count
)

select
    with_unknown.customer_key,
    with_unknown.customer_kind,
    with_unknown.is_test,
    with_unknown.is_deleted,
    with_unknown.first_seen_at,
    with_unknown.email_hmac,
    with_unknown.phone_hmac,
    with_unknown.gender,
    cast(with_unknown.birth_year as integer) as birth_year,
    with_unknown.region,
    with_unknown.city,
    with_unknown.occupation,
    with_unknown.income_band,
    with_unknown.education,
    with_unknown.lifestyle_tags,
    with_unknown.acquisition_channel,
    with_unknown.acquisition_campaign_id,
    with_unknown.sales_rep_id,
    cast(with_unknown.source_record_count as bigint) as source_record_count,
    cast(
        (
            {% for attribute in var('required_profile_attributes') %}
            case when with_unknown.{{ attribute }} is null then 0 else 1 end
            {{- ' +' if not loop.last }}
            {% endfor %}
        ) as double
    ) / {{ var('required_profile_attributes') | length }} as profile_completeness_rate,
    run_context.as_of_date
from with_unknown
cross join run_context
