-- One row per scheme, calendar month, segment left and segment entered (scheme, month_start_date,
-- from_segment, to_segment), as far as is remembered: moves within the month, each counted (gross), and
-- customers by their segments at its start and at its end (net), who stayed included. Whoever was no
-- customer yet, or is none any more, is outside. Values are those of the as-of date.
{%- set key = ['scheme', 'month_start_date', 'from_segment', 'to_segment'] %}
with
events as (
    select * from {{ ref('int_segment_events_valued') }}
),

gross as (
    select
        {{ key | join(', ') }},
        sum(case when move_kind = 'definition' then 0 else 1 end) as move_count,
        sum(case when move_kind <> 'definition' then total_amount end) as moved_amount,
        sum(case when move_kind = 'definition' then 1 else 0 end) as definition_move_count,
        sum(case when move_kind = 'definition' then total_amount end) as definition_moved_amount
    from events
    group by {{ key | join(', ') }}
),

-- Customers with an event in the month: where they were before the first and after the last one.
ordered as (
    select
        *,
        row_number() over (
            partition by customer_key, scheme, month_start_date order by moved_date
        ) as first_rank,
        row_number() over (
            partition by customer_key, scheme, month_start_date order by moved_date desc
        ) as last_rank
    from events
),

movers as (
    select
        scheme,
        month_start_date,
        max(case when first_rank = 1 then from_segment end) as from_segment,
        max(case when last_rank = 1 then to_segment end) as to_segment,
        max(total_amount) as total_amount
    from ordered
    group by scheme, month_start_date, customer_key
),

-- Who is at the end where it was at the start: the opening without those with an event, who are added.
net as (
    {% for to_segment, sign, who in [('to_segment', '', 'true'), ('from_segment', '-', "from_segment <> 'outside'")] %}
    select
        scheme,
        month_start_date,
        from_segment,
        {{ to_segment }} as to_segment,
        {{ sign }}count(*) as customer_count,
        {{ sign }}count(total_amount) as valued_count,
        {{ sign }}coalesce(sum(total_amount), 0) as amount
    from movers
    where {{ who }}
    group by scheme, month_start_date, from_segment, {{ to_segment }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    union all
    select
        scheme,
        month_start_date,
        segment as from_segment,
        segment as to_segment,
        customer_count,
        valued_count,
        amount
    from {{ ref('int_segment_months_opened') }}
    union all
    select
        {{ key | join(', ') }},
        0 as customer_count,
        0 as valued_count,
        0 as amount
    from gross
),

netted as (
    select
        {{ key | join(', ') }},
        sum(customer_count) as customer_count,
        sum(valued_count) as valued_count,
        sum(amount) as amount
    from net
    group by {{ key | join(', ') }}
)

select
    netted.scheme,
    netted.month_start_date,
    {{ is_running_period("'month'", 'netted.month_start_date', 'run_context.as_of_date') }}
        as is_running,
    netted.from_segment,
    netted.to_segment,
    cast(coalesce(gross.move_count, 0) as bigint) as move_count,
    cast(gross.moved_amount as decimal(18, 4)) as moved_amount,
    cast(coalesce(gross.definition_move_count, 0) as bigint) as definition_move_count,
    cast(gross.definition_moved_amount as decimal(18, 4)) as definition_moved_amount,
    cast(netted.customer_count as bigint) as customer_count,
    cast(netted.valued_count as bigint) as valued_count,
    case when netted.valued_count > 0 then cast(netted.amount as decimal(18, 4)) end as amount,
    case
        when netted.customer_count = 0 then 'nobody was there at the start and here at the end'
        when netted.valued_count = 0 then 'the value of none of them is known'
    end as amount_reason,
    run_context.currency_code
from netted
left join gross
    on
        netted.scheme = gross.scheme
        and netted.month_start_date = gross.month_start_date
        and netted.from_segment = gross.from_segment
        and netted.to_segment = gross.to_segment
cross join {{ source('raw', 'run_context') }} as run_context
where netted.customer_count > 0 or gross.scheme is not null
