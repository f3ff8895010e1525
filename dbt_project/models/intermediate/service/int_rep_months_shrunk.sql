-- One row per sales employee, calendar month and measure: the mean, and the mean drawn to that of all
-- employees by as much as chance explains of what they differ (empirical Bayes). The prior weighs as
-- many measurements as the variance within employees is larger than that between them (one-way analysis
-- of variance of unequal groups), within the bounds of seed service_rules; it weighs most where too few
-- measurements tell or employees differ no more than chance makes them.
with
rules as (
    select
        max(case when rule = 'rep_prior_least' then value end) as prior_least,
        max(case when rule = 'rep_prior_most' then value end) as prior_most,
        max(case when rule = 'rep_least_freedom' then value end) as least_freedom
    from {{ ref('service_rules') }}
),

reps as (
    select * from {{ ref('int_rep_months_measured') }}
),

summed as (
    select
        month_start_date,
        measure,
        count(*) as rep_count,
        sum(measured_count) as n,
        sum(measured_sum) as total,
        sum(measured_square_sum) as square_total,
        sum(measured_count * measured_count) as squared_n,
        sum(cast(
            cast(measured_sum as double) * measured_sum / measured_count as decimal(38, 8)
        )) as between_total
    from reps
    group by month_start_date, measure
),

variances as (
    select
        *,
        cast(total as double) / n as overall_mean,
        case
            when rep_count > 1 and n > rep_count
                then (cast(square_total as double) - cast(between_total as double)) / (n - rep_count)
        end as variance_within,
        case
            when rep_count > 1 and n > rep_count
                then
                    (cast(between_total as double) - cast(total as double) * total / n)
                    / (rep_count - 1)
        end as mean_square_between,
        (n - cast(squared_n as double) / n) / nullif(rep_count - 1, 0) as mean_group_size
    from summed
),

estimated as (
    select
        month_start_date,
        measure,
        overall_mean,
        n - rep_count as freedom,
        case
            when mean_square_between > variance_within
                then
                    variance_within * mean_group_size / (mean_square_between - variance_within)
        end as prior_count
    from variances
),

priors as (
    select
        estimated.month_start_date,
        estimated.measure,
        estimated.overall_mean,
        case
            when estimated.freedom < rules.least_freedom or estimated.prior_count is null
                then cast(rules.prior_most as double)
            when estimated.prior_count < rules.prior_least then cast(rules.prior_least as double)
            when estimated.prior_count > rules.prior_most then cast(rules.prior_most as double)
            else estimated.prior_count
        end as prior_count
    from estimated
    cross join rules
)

select
    reps.sales_rep_id,
    reps.month_start_date,
    reps.measure,
    reps.measured_count,
    round(cast(reps.measured_sum as double) / reps.measured_count, 12) as raw_mean,
    round(
        (reps.measured_sum + priors.prior_count * priors.overall_mean)
        / (reps.measured_count + priors.prior_count), 12
    ) as shrunk_mean,
    round(priors.overall_mean, 12) as overall_mean,
    round(priors.prior_count, 6) as prior_count
from reps
inner join priors
    on reps.month_start_date = priors.month_start_date and reps.measure = priors.measure
