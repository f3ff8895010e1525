-- One row per customer of dim_customer, the unknown member left out (customer_key): who the customer is
-- and where it buys (J1), null where unknown. Only the purchase channel can be near another.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- Of the tags the first is the main one. Of the age only the year of birth is known: the age that is
-- reached in the year.
profiles as (
    select
        customers.customer_key,
        customers.region,
        age_bands.age_band,
        customers.gender,
        customers.income_band,
        customers.occupation,
        customers.education,
        nullif(trim(split_part(customers.lifestyle_tags, ';', 1)), '') as lifestyle
    from {{ ref('dim_customer') }} as customers
    cross join run_context
    left join {{ ref('age_bands') }} as age_bands
        on
            extract(year from run_context.as_of_date) - customers.birth_year >= age_bands.from_age
            and extract(year from run_context.as_of_date) - customers.birth_year < age_bands.below_age
    where customers.customer_kind <> 'unknown'
),

days as (
    select distinct
        customer_key,
        channel,
        purchase_date
    from {{ ref('int_orders_netted') }}
    where is_purchase and channel is not null
),

channels as (
    select
        customer_key,
        channel,
        count(*) as day_count,
        max(purchase_date) as last_date
    from days
    group by customer_key, channel
),

-- Of channels used equally often the one used last.
ranked as (
    select
        *,
        row_number() over (
            partition by customer_key order by day_count desc, last_date desc, channel asc
        ) as channel_rank
    from channels
),

preferred as (
    select
        customer_key,
        max(case when channel_rank = 1 then channel end) as channel,
        max(case when channel_rank = 2 then channel end) as next_channel,
        max(case when channel_rank = 1 then day_count end)
        - max(case when channel_rank = 2 then day_count end) as ahead_count,
        max(case when channel_rank = 1 then day_count end) as day_count
    from ranked
    group by customer_key
),

-- A draw suffices for a purchase of tomorrow: its channel is then the one used last.
nearing as (
    select
        *,
        case when ahead_count is not null then greatest(ahead_count, 1) end as needed_count
    from preferred
)

select
    profiles.*,
    nearing.channel as purchase_channel,
    nearing.next_channel,
    cast(nearing.needed_count as double) as needed_count,
    cast(nearing.ahead_count as double) / nearing.day_count as clear_rate,
    {{ counted_in_words('nearing.needed_count', 'more purchase day') }} || ' by ' || nearing.next_channel
    || ': ' || nearing.next_channel as exit_condition
from profiles
left join nearing on profiles.customer_key = nearing.customer_key
