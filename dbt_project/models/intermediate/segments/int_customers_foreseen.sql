-- One row per customer of dim_customer, the unknown member left out, and date from the as-of date on at
-- which a fact of it changes while it buys nothing (customer_key, foreseen_date): the facts that need and
-- behaviour classes read. The row of the as-of date is today's.
{%- set dates = [
    'as_of_date', 'new_until_date', 'loyal_from_date', 'dormant_from_date', 'returning_until_date',
    'recommends_until_date',
] %}
with
histories as (
    select * from {{ ref('int_customers_histories_dated') }}
),

days as (
    select
        days.*,
        cast({{ dbt.dateadd('day', 'histories.window_days', 'days.purchase_date') }} as date)
            as leaving_date
    from {{ ref('int_customer_days_evidenced') }} as days
    inner join histories on days.customer_key = histories.customer_key
    where {{ dbt.datediff('days.purchase_date', 'histories.as_of_date', 'day') }} < histories.window_days
),

dates as (
    {% for date in dates %}
    select
        customer_key,
        {{ date }} as foreseen_date
    from histories
    {%- if date != 'as_of_date' %}
    where {{ date }} > as_of_date
    {%- endif %}
    union all
    {% endfor %}
    select
        customer_key,
        leaving_date as foreseen_date
    from days
),

changing as (
    select distinct
        customer_key,
        foreseen_date
    from dates
),

-- What leaves the window is gone at the end of its day; what is left of it speaks.
facts as (
    select
        changing.customer_key,
        changing.foreseen_date,
        {% for amount in ['premium', 'tiered', 'promoted', 'promotion_known'] %}
        sum(days.{{ amount }}_amount) as {{ amount }}_amount,
        {% endfor %}
        sum(case when days.is_occasion then 1 else 0 end) as window_count
    from changing
    left join days
        on
            changing.customer_key = days.customer_key
            and changing.foreseen_date < days.leaving_date
    group by changing.customer_key, changing.foreseen_date
)

select
    facts.customer_key,
    facts.foreseen_date,
    {{ dbt.datediff('histories.as_of_date', 'facts.foreseen_date', 'day') }} as ahead_days,
    {{ dbt.datediff('histories.last_date', 'facts.foreseen_date', 'day') }} as silent_days,
    histories.lapsed_after_days,
    histories.window_days,
    histories.occasion_count,
    cast(facts.window_count as integer) as window_count,
    cast(facts.premium_amount as decimal(18, 4)) as premium_amount,
    cast(facts.tiered_amount as decimal(18, 4)) as tiered_amount,
    cast(facts.promoted_amount as decimal(18, 4)) as promoted_amount,
    cast(facts.promotion_known_amount as decimal(18, 4)) as promotion_known_amount,
    coalesce(facts.foreseen_date < histories.new_until_date, false) as is_new,
    coalesce(facts.foreseen_date >= histories.loyal_from_date, false) as is_long_known,
    coalesce(facts.foreseen_date >= histories.dormant_from_date, false) as is_dormant,
    coalesce(facts.foreseen_date < histories.returning_until_date, false) as is_returned,
    coalesce(facts.foreseen_date < histories.recommends_until_date, false) as is_recommending
from facts
inner join histories on facts.customer_key = histories.customer_key
