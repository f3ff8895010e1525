-- One row per thing said of the firm in public up to the as-of date (opinion_key), a mention or a review with
-- stars: whether it is positive, neutral or negative. Contributions without stars and test accounts are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'lowest_positive_rating' then value end) as positive_from,
        max(case when rule = 'highest_negative_rating' then value end) as negative_to,
        max(case when rule = 'least_sentiment' then value end) as least_sentiment
    from {{ ref('influence_rules') }}
),

mentions as (
    select
        'mention/' || mentions.mention_id as opinion_key,
        mentions.at,
        cast(null as {{ dbt.type_string() }}) as product_id,
        cast(null as decimal(18, 4)) as rating,
        case
            when mentions.sentiment >= rules.least_sentiment then 'positive'
            when mentions.sentiment <= -1 * rules.least_sentiment then 'negative'
            when mentions.sentiment is not null then 'neutral'
        end as mood
    from {{ ref('stg_crm__social_mentions') }} as mentions
    cross join rules
),

reviews as (
    select
        'review/' || items.ugc_id as opinion_key,
        items.at,
        items.product_id,
        cast(items.rating as decimal(18, 4)) as rating,
        case
            when items.rating >= rules.positive_from then 'positive'
            when items.rating <= rules.negative_to then 'negative'
            else 'neutral'
        end as mood
    from {{ ref('stg_crm__ugc_items') }} as items
    cross join rules
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            items.source_system = identities.source_system
            and items.customer_id = identities.customer_id
    left join {{ ref('dim_customer') }} as customers
        on identities.customer_key = customers.customer_key
    where items.rating is not null and not coalesce(customers.is_test, false)
),

opinions as (
    select * from mentions
    union all
    select * from reviews
)

select
    opinions.opinion_key,
    {{ business_date('opinions.at', 'run_context.business_time_zone') }} as said_date,
    opinions.product_id,
    opinions.rating,
    opinions.mood
from opinions
cross join run_context
where opinions.at < run_context.as_of_end_at
