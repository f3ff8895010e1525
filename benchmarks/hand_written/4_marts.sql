-- Surveys, repurchase, retention, activity flows.
create table answers as
select
    coalesce(survey_id, 'unnamed') as survey_id, question_code,
    coalesce(wave, strftime(answered_at, '%Y-%m')) as wave,
    coalesce(touchpoint, 'none given') as touchpoint,
    bridge_customer_identity.customer_key, response_id, answered_at, answered_at::date as answered_date,
    case when score >= 9 then 'promoter' when score <= 6 then 'detractor' else 'passive' end
        as nps_class,
    getvariable('as_of')::date - answered_at::date < 365 as is_current
from latest_crm_survey_responses as responses
left join bridge_customer_identity using (source_system, customer_id)
where kind = 'nps' and answered_at < getvariable('as_of')::date + 1
    and score between 0 and 10 and score = floor(score)
    and coalesce(scale_min, 0) = 0 and coalesce(scale_max, 10) = 10
qualify row_number() over (
    partition by survey_id, wave, question_code,
        coalesce(customer_key, responses.source_system || ':' || customer_id, response_id)
    order by answered_at desc, response_id desc
) = 1;

create table customer_nps as
select customer_key, nps_class, answered_date
from answers where is_current and customer_key is not null
qualify row_number() over (
    partition by customer_key order by answered_at desc, response_id desc, question_code desc
) = 1;

create table survey_nps as
select
    survey_id, question_code, wave, segment_kind,
    case segment_kind when 'all' then 'all' else touchpoint end as segment,
    count(*) as answer_count,
    count(*) filter (nps_class = 'promoter') as promoters,
    count(*) filter (nps_class = 'detractor') as detractors,
    100 * (promoters - detractors)::double / answer_count as nps
from answers
left join dim_customer using (customer_key)
cross join (values ('all'), ('touchpoint')) as kinds(segment_kind)
where not coalesce(is_test, false)
group by all;

create table loyalty_kpi as
with buyers as (
    select date_trunc('month', first_date) as cohort, next_date - purchase_date as second_after,
        getvariable('as_of')::date - first_date as age
    from occasions where occasion_number = 1 and not is_test
)

select 'repurchase_rate' as kpi, 'ever' as variant, null as month, null as horizon,
    count(second_after) as numerator, count(*) as denominator, 0 as young_customer_count
from buyers
union all
select kpi, 'bought_before_month', date_trunc('month', purchase_date), null,
    count(*) filter (first_date < date_trunc('month', purchase_date)), count(*), 0
from occasions
cross join (values ('repurchase_rate'), ('returning_customer_rate')) as kpis(kpi)
where not is_test
    and (previous_date is null or previous_date < date_trunc('month', purchase_date))
group by all
union all
select 'repurchase_rate', 'within_days', cohort, horizon,
    count(*) filter (age >= horizon and second_after <= horizon),
    count(*) filter (age >= horizon), count(*) filter (age < horizon)
from buyers cross join (values (30), (60), (90), (180), (365)) as horizons(horizon)
group by grouping sets ((horizon), (cohort, horizon));

create table cohort_retention as
with buyers as (
    select customer_key, date_trunc('month', purchase_date) as cohort
    from occasions where occasion_number = 1 and not is_test
),

activity as (
    select cohort, greatest(date_trunc('month', purchase_date), cohort) as month,
        count(distinct customer_key) filter (is_occasion) as active_customer_count,
        sum(order_count) as order_count, sum(net_amount) as net_amount
    from customer_days join buyers using (customer_key) group by all
),

cohorts as (select cohort, count(*) as cohort_size from buyers group by all)

select cohort, month, cohort_size, coalesce(active_customer_count, 0) as active_customer_count,
    active_customer_count::double / cohort_size as retention_rate, net_amount,
    sum(net_amount) over (partition by cohort order by month) as cumulative_net_amount
from cohorts
join (
    select unnest(generate_series(min(cohort), date_trunc('month', getvariable('as_of')::date),
        interval 1 month)) as month
    from cohorts
) as months on month >= cohort
left join activity using (cohort, month);

create table lifecycle_flow as
with changes as (
    select purchase_date as day, occasion_number = 1 as is_new, false as is_dormant, 1 as step
    from occasions where not is_test and (occasion_number = 1 or interval_days > 180)
    union all
    select purchase_date + 180, false, true, -1
    from occasions
    where not is_test and purchase_date + 180 <= getvariable('as_of')::date
        and (next_date is null or next_date > purchase_date + 180)
),

days as (
    select unnest(generate_series(min(day), getvariable('as_of')::date, interval 1 day))::date
        as day
    from changes
),

by_day as (
    select day, count(*) filter (is_new) as new_count,
        count(*) filter (not is_new and not is_dormant) as resurrecting_count,
        count(*) filter (is_dormant) as dormant_count, sum(step) as step
    from changes group by day
)

select
    period_kind, date_trunc(period_kind, day) as period_start,
    coalesce(sum(new_count), 0) as new_count,
    coalesce(sum(resurrecting_count), 0) as resurrecting_count,
    coalesce(sum(dormant_count), 0) as dormant_count,
    sum(coalesce(sum(step), 0)) over (
        partition by period_kind order by date_trunc(period_kind, day)) as closing_count
from days
left join by_day using (day)
cross join (values ('day'), ('week'), ('month')) as kinds(period_kind)
group by period_kind, date_trunc(period_kind, day);
