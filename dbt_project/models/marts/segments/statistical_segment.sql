-- One row per statistical segment (segment), at the as-of date: name, centre and size. not_clustered
-- are customers without a purchase, or all where no segments could be made; a segment that is no more
-- stays as long as customers are held in it. Test accounts are left out.
{%- set measures = [
    'days_since_last_order', 'occasion_count', 'net_amount', 'expected_amount',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

runs as (
    select * from {{ source('models', 'statistical_run') }}
),

centres as (
    select
        {% for measure in measures %}
        max(case when feature = '{{ measure }}' then centre_value end) as {{ measure }},
        {% endfor %}
        segment
    from {{ source('models', 'statistical_centre') }}
    group by segment
),

members as (
    select
        judged.raw_segment as segment,
        1 as is_judged,
        0 as is_held
    from {{ ref('int_statistical_segments_judged') }} as judged
    inner join {{ ref('dim_customer') }} as customers
        on judged.customer_key = customers.customer_key
    where not customers.is_test
    union all
    select
        held.segment,
        0 as is_judged,
        1 as is_held
    from {{ ref('int_segments_held') }} as held
    inner join {{ ref('dim_customer') }} as customers
        on held.customer_key = customers.customer_key
    where held.scheme = 'statistical' and not customers.is_test
    union all
    select
        segment,
        0 as is_judged,
        0 as is_held
    from {{ source('models', 'statistical_segment') }}
    union all
    select
        'not_clustered' as segment,
        0 as is_judged,
        0 as is_held
    from run_context
),

sizes as (
    select
        segment,
        sum(is_judged) as customer_count,
        sum(is_held) as held_customer_count
    from members
    group by segment
),

totals as (
    select sum(customer_count) as customer_count from sizes
)

select
    sizes.segment,
    run_context.as_of_date,
    case
        when sizes.segment = 'not_clustered' then 'not clustered'
        else segments.segment_name
    end as segment_name,
    cast(sizes.customer_count as bigint) as customer_count,
    cast(sizes.customer_count as double) / nullif(totals.customer_count, 0) as customer_share_rate,
    cast(sizes.held_customer_count as bigint) as held_customer_count,
    round(segments.silhouette, 6) as mean_clear_rate,
    cast(centres.days_since_last_order as decimal(18, 2)) as centre_days_since_last_order,
    cast(centres.occasion_count as decimal(18, 2)) as centre_occasion_count,
    cast(centres.net_amount as decimal(18, 4)) as centre_net_amount,
    cast(centres.expected_amount as decimal(18, 4)) as centre_expected_amount,
    case
        when sizes.segment <> 'not_clustered' and segments.segment is null
            then 'no segment any more: its customers wait to be moved'
        when sizes.segment = 'not_clustered' and runs.status <> 'fitted' then runs.reason
        when sizes.segment = 'not_clustered' then 'no purchase yet'
        when centres.expected_amount is null then 'expected amount: no purchase model could be fitted'
    end as centre_reason,
    segments.is_new as is_new_label,
    round(segments.overlap_rate, 6) as overlap_rate,
    run_context.currency_code
from sizes
left join {{ source('models', 'statistical_segment') }} as segments
    on sizes.segment = segments.segment
left join centres on sizes.segment = centres.segment
cross join runs
cross join totals
cross join run_context
