-- One row per measure of value and bin (measure, bin), from the lowest bin with a customer to the
-- highest: a histogram and, cumulated from the top, the curve of concentration. Test accounts and the
-- unknown member are left out; so are customers of whom the measure is not known, counted beside.
{% set measures = {
    'total_value': 'total_amount',
    'established_value': 'established_amount',
    'potential_value': 'potential_amount',
    'influence_value': 'influence_amount',
    'net_sales': 'net_amount',
} %}
{% set bin_count = value_bin_edges() | length + 1 %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

customers as (
    select customer_values.*
    from {{ ref('customer_value') }} as customer_values
    inner join {{ ref('dim_customer') }} as dim on customer_values.customer_key = dim.customer_key
    where not dim.is_test and dim.customer_kind <> 'unknown'
),

measured as (
    {% for measure, column in measures.items() %}
    select
        '{{ measure }}' as measure,
        {{ column }} as amount
    from customers
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

binned as (
    select
        measure,
        cast({{ value_bin('amount') }} as integer) as bin,
        count(*) as customer_count,
        sum(amount) as amount
    from measured
    group by measure, cast({{ value_bin('amount') }} as integer)
),

totals as (
    select
        measure,
        min(bin) as lowest_bin,
        max(bin) as highest_bin,
        sum(case when bin is not null then customer_count else 0 end) as customer_count,
        sum(case when bin is null then customer_count else 0 end) as unknown_count,
        sum(amount) as amount
    from binned
    group by measure
),

bins as (
    select cast(generated_number - {{ bin_count + 1 }} as integer) as bin
    from ({{ dbt.generate_series(2 * bin_count + 1) }})
),

-- A bin without customers between two with some is there, with 0.
filled as (
    select
        totals.measure,
        bins.bin,
        coalesce(binned.customer_count, 0) as customer_count,
        coalesce(binned.amount, 0) as amount,
        totals.unknown_count,
        totals.customer_count as all_count,
        case when totals.amount > 0 then totals.amount end as all_amount
    from totals
    inner join bins on bins.bin between totals.lowest_bin and totals.highest_bin
    left join binned on totals.measure = binned.measure and bins.bin = binned.bin
),

cumulated as (
    select
        *,
        sum(customer_count) over from_top as count_from_top,
        sum(amount) over from_top as amount_from_top
    from filled
    window from_top as (
        partition by measure
        order by bin desc
        rows between unbounded preceding and current row
    )
)

select
    cumulated.measure,
    cumulated.bin,
    run_context.as_of_date,
    case
        when cumulated.bin < 0 then {{ value_bin_edge('cumulated.bin', 'far') }}
        else {{ value_bin_edge('cumulated.bin', 'near') }}
    end as lower_amount,
    case
        when cumulated.bin < 0 then {{ value_bin_edge('cumulated.bin', 'near') }}
        else {{ value_bin_edge('cumulated.bin', 'far') }}
    end as upper_amount,
    cast(cumulated.customer_count as bigint) as customer_count,
    cast(cumulated.customer_count as double) / cumulated.all_count as customer_share_rate,
    cast(cumulated.amount as decimal(18, 4)) as amount,
    cast(cumulated.amount as double) / cast(cumulated.all_amount as double) as amount_share_rate,
    cast(cumulated.count_from_top as double) / cumulated.all_count as customer_share_from_top_rate,
    cast(cumulated.amount_from_top as double) / cast(cumulated.all_amount as double)
        as amount_share_from_top_rate,
    cast(cumulated.unknown_count as bigint) as unknown_count,
    run_context.currency_code
from cumulated
cross join run_context
