-- One row per group of customers after a failure (recovery_group): how many starts are old enough, and
-- of how many (n) how many bought again, for rates and intervals. What is compared with complaints is
-- weighed as if its months and numbers of purchases were those of the complainers.
with
customers as (
    select * from {{ ref('int_recovery_customers_followed') }}
),

groups as (
    {% for group in ['fast', 'slow', 'unresolved', 'no_complaint'] -%}
    select '{{ group }}' as recovery_group {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        groups.recovery_group,
        count(case when customers.is_old_enough then 1 end) as start_count,
        count(distinct case when customers.is_old_enough then customers.customer_key end)
            as customer_count,
        count(case when not customers.is_old_enough then 1 end) as young_count,
        count(case when customers.is_old_enough and customers.is_repurchased then 1 end)
            as repurchased_count
    from groups
    left join customers on groups.recovery_group = customers.recovery_group
    group by groups.recovery_group
),

strata as (
    select
        stratum,
        count(case when recovery_group <> 'no_complaint' then 1 end) as complainer_count,
        count(case when recovery_group = 'no_complaint' then 1 end) as matched_count,
        count(case when recovery_group = 'no_complaint' and is_repurchased then 1 end)
            as matched_repurchased_count
    from customers
    where is_old_enough
    group by stratum
),

weighed as (
    select
        sum(complainer_count) as weight,
        sum(cast(
            cast(complainer_count * matched_repurchased_count as double) / matched_count
            as decimal(28, 12)
        )) as repurchased_weight,
        sum(cast(
            cast(complainer_count * complainer_count as double) / matched_count as decimal(28, 12)
        )) as squared_weight
    from strata
    where matched_count > 0 and complainer_count > 0
),

-- As many starts of weight one tell as much (Kish 1965), and starts of one customer as much as one.
matched as (
    select
        cast(weighed.weight * weighed.weight as double) / weighed.squared_weight
        * counted.customer_count / nullif(counted.start_count, 0) as n,
        cast(weighed.repurchased_weight as double) / weighed.weight as repurchase_rate
    from weighed
    cross join counted
    where counted.recovery_group = 'no_complaint'
)

select
    counted.recovery_group,
    counted.start_count,
    counted.customer_count,
    counted.young_count,
    counted.repurchased_count,
    case when counted.recovery_group = 'no_complaint' then matched.n else counted.start_count end
        as n,
    case
        when counted.recovery_group = 'no_complaint' then matched.n * matched.repurchase_rate
        else counted.repurchased_count
    end as repurchased
from counted
cross join matched
