-- Customers, their orders and occasions, statistics, scores, values and stages.
create table dim_customer as
with profiles as (
    select bridge_customer_identity.customer_key, bridge_customer_identity.is_guest, bridge_customer_identity.first_seen_at,
        customers.* exclude (customer_id, source_system, first_seen_at),
        customers.customer_id is not null as has_profile,
        row_number() over (
            partition by bridge_customer_identity.customer_key
            order by updated_at nulls first, bridge_customer_identity.source_system, bridge_customer_identity.customer_id
        ) as freshness
    from bridge_customer_identity left join customers using (source_system, customer_id)
),

merged as (
    select
        customer_key,
        case when bool_and(is_guest) then 'guest' else 'known' end as customer_kind,
        coalesce(bool_or(is_test), false) as is_test,
        bool_or(deleted_at is not null)
        and not bool_or(has_profile and deleted_at is null) as is_deleted,
        min(first_seen_at) as first_seen_at,
        coalesce(bool_or(has_name), false) as has_name,
        max_by(email_hmac, freshness) filter (email_hmac is not null) as email_hmac,
        max_by(phone_hmac, freshness) filter (phone_hmac is not null) as phone_hmac,
        max_by(gender, freshness) filter (gender is not null) as gender,
        max_by(birth_year, freshness) filter (birth_year is not null) as birth_year,
        max_by(region, freshness) filter (region is not null) as region,
        max_by(city, freshness) filter (city is not null) as city,
        max_by(occupation, freshness) filter (occupation is not null) as occupation,
        max_by(income_band, freshness) filter (income_band is not null) as income_band,
        max_by(education, freshness) filter (education is not null) as education,
        max_by(acquisition_channel, freshness) filter (acquisition_channel is not null)
            as acquisition_channel,
        max_by(acquisition_campaign_id, freshness) filter (acquisition_campaign_id is not null)
            as acquisition_campaign_id,
        max_by(sales_rep_id, freshness) filter (sales_rep_id is not null) as sales_rep_id,
        count(*) as source_record_count
    from profiles group by customer_key
)

select
    *,
    ((email_hmac is not null)::integer + (phone_hmac is not null)::integer + has_name::integer
        + (gender is not null)::integer + (birth_year is not null)::integer
        + (region is not null)::integer + (city is not null)::integer
        + (acquisition_channel is not null)::integer)::double / 8 as profile_completeness_rate
from merged
union all by name
select 'unknown' as customer_key, 'unknown' as customer_kind, false as is_test,
    false as is_deleted, 0 as source_record_count, 0 as profile_completeness_rate;

create table order_totals as
select
    order_key, customer_key, purchase_date,
    bool_or(is_valid_line) as is_valid,
    sum(net_amount) as net_amount, sum(gross_amount) as gross_amount,
    sum(returned_amount) as returned_amount, sum(cancelled_amount) as cancelled_amount,
    sum(cogs_amount) as cogs_amount, sum(margin_amount) as margin_amount,
    sum(case when margin_amount is null then net_amount else 0 end) as uncosted_amount
from fct_order_net group by all;

create table customer_days as
select customer_key, purchase_date, is_test, count(*) as order_count,
    sum(net_amount)::decimal(18, 4) as net_amount, sum(net_amount) >= 0 as is_occasion
from order_totals join dim_customer using (customer_key)
where is_valid and customer_kind <> 'unknown'
group by all;

create table occasions as
select
    customer_key, purchase_date, is_test, order_count, net_amount,
    row_number() over days as occasion_number,
    first_value(purchase_date) over days as first_date,
    lag(purchase_date) over days as previous_date,
    lead(purchase_date) over days as next_date,
    purchase_date - lag(purchase_date) over days as interval_days
from customer_days where is_occasion
window days as (partition by customer_key order by purchase_date);

create table customer_cbs as
with counted as (
    select
        customer_key, count(*) as occasion_count, min(purchase_date) as first_purchase_date,
        max(purchase_date) as last_purchase_date,
        sum(interval_days) as days, sum(interval_days * interval_days) as squares,
        median(interval_days)::double as itt_median_days,
        sum(ln(interval_days::double)::decimal(18, 10)) as litt,
        count(*) filter (occasion_number > 1 and net_amount > 0) as positive_repeat_day_count,
        sum(net_amount) filter (occasion_number > 1 and net_amount > 0) as positive_repeat_amount
    from occasions group by all
)

select
    *,
    getvariable('as_of')::date - last_purchase_date as days_since_last_order,
    getvariable('as_of')::date - first_purchase_date as t_days,
    last_purchase_date - first_purchase_date as t_x_days,
    days::double / nullif(occasion_count - 1, 0) as itt_mean_days,
    case when occasion_count >= 3 then sqrt(
        ((occasion_count - 1) * squares - days * days)::double
        / ((occasion_count - 1) * (occasion_count - 2))::double) end as itt_sd_days,
    (positive_repeat_amount::double / nullif(positive_repeat_day_count, 0))::decimal(18, 4)
        as z_bar_amount
from counted;

create table rfm_score as
with measured as (
    select customer_key, bool_or(is_test) as is_test,
        -(getvariable('as_of')::date - max(purchase_date) filter (is_occasion)) as r,
        count(*) filter (is_occasion) as f, sum(net_amount) as m
    from customer_days group by all having f > 0
),

cuts as (
    select quantile_disc(r, [0.2, 0.4, 0.6, 0.8]) as r, quantile_disc(f, [0.2, 0.4, 0.6, 0.8]) as f,
        quantile_disc(m, [0.2, 0.4, 0.6, 0.8]) as m
    from measured where not is_test
),

scored as (
    select customer_key,
        1 + (measured.r > cuts.r[1])::integer + (measured.r > cuts.r[2])::integer
            + (measured.r > cuts.r[3])::integer + (measured.r > cuts.r[4])::integer as r_score,
        1 + (measured.f > cuts.f[1])::integer + (measured.f > cuts.f[2])::integer
            + (measured.f > cuts.f[3])::integer + (measured.f > cuts.f[4])::integer as f_score,
        1 + (measured.m > cuts.m[1])::integer + (measured.m > cuts.m[2])::integer
            + (measured.m > cuts.m[3])::integer + (measured.m > cuts.m[4])::integer as m_score
    from measured cross join cuts
)

select scored.*, concat(scored.r_score, f_score, m_score) as rfm_cell, rfm_group
from scored
left join rfm_groups
    on scored.r_score = rfm_groups.r_score
    and (f_score + m_score + 1) // 2 = rfm_groups.fm_score;

create table customer_value as
select
    customer_key, count(*) filter (is_valid) as order_count,
    sum(gross_amount) as gross_amount, sum(cancelled_amount) as cancelled_amount,
    sum(returned_amount)::decimal(18, 4) as returned_amount,
    sum(net_amount)::decimal(18, 4) as net_amount,
    sum(cogs_amount)::decimal(18, 4) as cogs_amount,
    sum(margin_amount)::decimal(18, 4) as gross_margin_amount,
    sum(uncosted_amount)::decimal(18, 4) as uncosted_amount
from dim_customer left join order_totals using (customer_key) group by all;

create table lifecycle_state as
with histories as (
    select
        customer_key, count(*) as occasion_count, min(purchase_date) as first_date,
        max(purchase_date) as last_date,
        max(purchase_date) filter (occasion_number = 4) as mature_date,
        max(purchase_date) filter (interval_days > 180) as reactivated_date,
        max(purchase_date) filter (interval_days > 365) as won_back_date
    from occasions group by all
),

staged as (
    select
        customer_key, histories.* exclude (customer_key), first_seen_at,
        coalesce(occasion_count, 0) as occasions,
        first_date + 90 as new_until, last_date + 180 as lapsed_date,
        last_date + 365 as churned_date, won_back_date + 180 as won_back_until,
        case
            when occasions = 0 then 'prospect'
            when getvariable('as_of')::date >= churned_date then 'churned'
            when getvariable('as_of')::date >= lapsed_date then 'lapsed'
            when getvariable('as_of')::date < won_back_until then 'won_back'
            when getvariable('as_of')::date < new_until then 'new'
            when occasions >= 4 then 'mature'
            else 'developing'
        end as lifecycle_stage
    from dim_customer left join histories using (customer_key)
    where customer_kind <> 'unknown'
)

select
    customer_key, lifecycle_stage,
    case lifecycle_stage
        when 'prospect' then first_seen_at::date
        when 'churned' then churned_date
        when 'lapsed' then lapsed_date
        when 'won_back' then won_back_date
        when 'new' then first_date
        when 'mature' then greatest(mature_date, new_until, reactivated_date, won_back_until)
        else greatest(new_until, reactivated_date, won_back_until)
    end as stage_since_date,
    case lifecycle_stage
        when 'prospect' then 'no purchase occasion yet'
        when 'churned' then 'no purchase since ' || last_date || ', churned from 365 days on'
        when 'lapsed' then 'no purchase since ' || last_date || ', lapsed from 180 days on'
        when 'won_back' then 'bought again on ' || won_back_date || ' after being churned'
        when 'new' then 'first purchase on ' || first_date
        else 'active; purchase occasions: ' || occasions || ', mature from 4 on'
    end as stage_reason
from staged;
