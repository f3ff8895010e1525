-- The two published tables.
create table seg_customer as
select
    customer_key,
    getvariable('as_of')::date as as_of_date,
    customer_kind, is_test, is_deleted, region, acquisition_channel, profile_completeness_rate,
    coalesce(lifecycle_stage, 'unattributed') as lifecycle_stage,
    stage_since_date, stage_reason, r_score, f_score, m_score, rfm_cell,
    coalesce(rfm_group, 'not_scored') as rfm_group,
    case when r_score is not null then 'quintiles-1/' || getvariable('as_of') end
        as rfm_cut_version,
    first_purchase_date, last_purchase_date, days_since_last_order,
    case when customer_kind <> 'unknown' then coalesce(occasion_count, 0) end as occasion_count,
    coalesce(order_count, 0) as order_count,
    itt_median_days,
    coalesce(net_amount, 0) as net_amount,
    coalesce(returned_amount, 0) as returned_amount,
    (net_amount::double / nullif(order_count, 0))::decimal(18, 4) as average_order_value_amount,
    case when net_amount is null then 0 else gross_margin_amount end as gross_margin_amount,
    case
        when net_amount is not null and gross_margin_amount is null then 'no line has a known cost'
        when uncosted_amount <> 0
            then 'lines without a known cost are left out; see uncosted_net_amount'
    end as gross_margin_reason,
    'GBP' as currency_code,
    nps_class,
    answered_date as nps_answered_date
from dim_customer
left join customer_value using (customer_key)
left join lifecycle_state using (customer_key)
left join rfm_score using (customer_key)
left join customer_cbs using (customer_key)
left join customer_nps using (customer_key)
order by customer_key;

create table seg_summary as
select
    as_of_date, lifecycle_stage, rfm_group, customer_kind, is_test,
    count(*) filter (customer_kind <> 'unknown') as customer_count,
    customer_count::double / nullif(sum(customer_count) over (), 0) as customer_share_rate,
    sum(occasion_count)::bigint as occasion_count,
    sum(order_count)::bigint as order_count,
    sum(net_amount)::decimal(18, 4) as net_amount,
    sum(net_amount)::double / nullif(sum(sum(net_amount)) over ()::double, 0) as net_share_rate,
    sum(gross_margin_amount)::decimal(18, 4) as gross_margin_amount,
    min(currency_code) as currency_code
from seg_customer
group by as_of_date, lifecycle_stage, rfm_group, customer_kind, is_test
order by lifecycle_stage, rfm_group, customer_kind, is_test;
