-- Claim: each launch counts the trials of product_trial, test accounts left out, and no more loyal
-- trials than loyal customers it met, who are those of the day. Fails on each launch that differs;
-- loyal customers are counted anew, launch by launch.
with
trials as (
    select
        product_key,
        count(*) as trial_count,
        sum(case when is_exposed_loyal then 1 else 0 end) as loyal_trial_count
    from {{ ref('product_trial') }}
    where not is_test_customer
    group by product_key
),

days as (
    select distinct launched_date from {{ ref('product_launch') }}
),

spans as (
    select * from {{ ref('int_loyal_customers_spanned') }}
    where loyal_from_date <= loyal_to_date
),

followed as (
    select
        customer_key,
        loyal_from_date,
        lag(loyal_to_date) over (
            partition by customer_key order by loyal_from_date, loyal_to_date
        ) as previous_to_date
    from spans
),

overlapping as (
    select distinct customer_key
    from followed
    where previous_to_date >= loyal_from_date
),

-- Customers whose spans do not overlap are counted by the days on which spans begin and end: a fifth
-- of the cost of telling customers apart on each day, which only the others need.
spreads as (
    select
        spans.loyal_from_date,
        spans.loyal_to_date,
        count(spans.customer_key) as customer_count
    from spans
    left join overlapping on spans.customer_key = overlapping.customer_key
    where overlapping.customer_key is null
    group by spans.loyal_from_date, spans.loyal_to_date
),

counted as (
    select
        days.launched_date,
        spreads.customer_count
    from days
    inner join spreads
        on days.launched_date between spreads.loyal_from_date and spreads.loyal_to_date
    union all
    select
        days.launched_date,
        count(distinct spans.customer_key) as customer_count
    from spans
    inner join overlapping on spans.customer_key = overlapping.customer_key
    inner join days on days.launched_date between spans.loyal_from_date and spans.loyal_to_date
    group by days.launched_date
),

met as (
    select
        launched_date,
        sum(customer_count) as loyal_count
    from counted
    group by launched_date
)

select
    launches.product_key,
    launches.exposed_loyal_count,
    met.loyal_count,
    launches.loyal_trial_count,
    trials.loyal_trial_count as trials_of_loyal_customers
from {{ ref('product_launch') }} as launches
left join met on launches.launched_date = met.launched_date
left join trials on launches.product_key = trials.product_key
where
    launches.exposed_loyal_count <> coalesce(met.loyal_count, 0)
    or launches.loyal_trial_count > launches.exposed_loyal_count
    or launches.loyal_trial_count <> coalesce(trials.loyal_trial_count, 0)
    or launches.trial_customer_count <> coalesce(trials.trial_count, 0)
