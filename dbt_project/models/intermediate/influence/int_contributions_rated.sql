-- One row per contribution (ugc_id) published up to the as-of date: how many further purchases it is
-- expected to bring, reach times conversion by the rates of its kind, or why that is not said (C14).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'contribution_window_days' then value end) as integer)
            as window_days,
        max(case when rule = 'least_recommending_rating' then value end) as least_rating
    from {{ ref('influence_rules') }}
),

published as (
    select
        items.ugc_id,
        identities.customer_key,
        coalesce(lower(trim(items.kind)), 'not given') as kind,
        items.rating,
        items.shares,
        {{ business_date('items.at', 'run_context.business_time_zone') }} as published_date,
        run_context.as_of_date
    from {{ ref('stg_crm__ugc_items') }} as items
    cross join run_context
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            items.source_system = identities.source_system
            and items.customer_id = identities.customer_id
    where items.at < run_context.as_of_end_at
),

checked as (
    select
        published.*,
        rates.persons_per_share,
        rates.conversion_rate,
        case
            when published.customer_key is null then 'author_unresolved'
            when
                published.published_date
                <= {{ dbt.dateadd('day', '-1 * rules.window_days', 'published.as_of_date') }}
                then 'before_window'
            when published.rating < rules.least_rating then 'not_recommending'
            when rates.kind is null then 'kind_without_rates'
            when rates.conversion_rate = 0 then 'no_advertising'
            when published.shares is null then 'reach_unknown'
        end as uncounted_reason
    from published
    cross join rules
    left join {{ ref('contribution_rates') }} as rates on published.kind = rates.kind
)

select
    ugc_id,
    customer_key,
    kind,
    published_date,
    rating,
    shares,
    case
        when uncounted_reason is null then cast(shares * persons_per_share as decimal(18, 4))
    end as reached_person_count,
    case
        when uncounted_reason is null
            then cast(shares * persons_per_share * conversion_rate as decimal(18, 8))
    end as expected_purchase_count,
    uncounted_reason
from checked
