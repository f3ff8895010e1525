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

met as (
    select
        days.launched_date,
        count(distinct spans.customer_key) as loyal_count
    from days
    inner join {{ ref('int_loyal_customers_spanned') }} as spans
        on days.launched_date between spans.loyal_from_date and spans.loyal_to_date
    group by days.launched_date
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
