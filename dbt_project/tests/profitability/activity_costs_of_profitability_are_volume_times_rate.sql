-- Claim: on each activity line all customers together cost volume x rate, exactly, counted from the
-- extracts again: the rate is that of the latest month not after the day, else of the first. Fails
-- with both sums of each line that differs.
{% set cost_lines = ['ticket', 'visit', 'call', 'other_contact', 'delivery', 'return_handling'] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

volumes as (
    select
        'ticket' as volume_source,
        'any' as volume_kind,
        {{ business_date('tickets.created_at', 'run_context.business_time_zone') }} as day
    from {{ ref('stg_crm__tickets') }} as tickets
    cross join run_context
    where tickets.created_at < run_context.as_of_end_at
    union all
    select
        'interaction' as volume_source,
        interactions.kind as volume_kind,
        {{ business_date('interactions.at', 'run_context.business_time_zone') }} as day
    from {{ ref('stg_crm__interactions') }} as interactions
    cross join run_context
    where interactions.at < run_context.as_of_end_at
    union all
    select
        'order' as volume_source,
        'delivered' as volume_kind,
        lines.purchase_date as day
    from {{ ref('fct_order_net') }} as lines
    left join {{ ref('sales_channels') }} as channels on lines.channel = channels.channel
    where
        lines.is_valid_order
        and not lines.is_credit_note
        and lines.store_id is null
        and coalesce(channels.is_delivered, true)
    group by lines.order_key, lines.purchase_date
    having bool_or(lines.is_product_line)
    union all
    select
        'return' as volume_source,
        'any' as volume_kind,
        returned_date as day
    from {{ ref('fct_return') }}
    group by coalesce(order_key, order_id), returned_date
),

days as (
    select
        activities.cost_line,
        activities.activity,
        volumes.day,
        count(*) as activity_count
    from volumes
    inner join {{ ref('service_activities') }} as activities
        on
            volumes.volume_source = activities.volume_source
            and volumes.volume_kind = activities.volume_kind
    group by activities.cost_line, activities.activity, volumes.day
),

rates as (
    select
        rates.activity,
        rates.period,
        cast(rates.unit_cost * fx_rates.fx_rate as decimal(18, 4)) as unit_cost_amount,
        row_number() over (partition by rates.activity order by rates.period) as place
    from {{ ref('stg_sales__cost_to_serve') }} as rates
    cross join run_context
    left join {{ ref('int_fx_rates_filled') }} as fx_rates
        on
            coalesce(rates.currency, run_context.currency_code) = fx_rates.currency_code
            and rates.period >= fx_rates.valid_from_date
            and rates.period < fx_rates.valid_to_date
    where rates.unit_cost is not null and rates.period <= run_context.as_of_date
),

ranked as (
    select
        days.cost_line,
        days.activity_count * rates.unit_cost_amount as cost_amount,
        row_number() over (
            partition by days.cost_line, days.activity, days.day order by rates.period desc
        ) as rate_rank
    from days
    inner join rates
        on
            days.activity = rates.activity
            and (days.day >= rates.period or rates.place = 1)
),

expected as (
    select
        cost_line,
        sum(cost_amount) as cost_amount
    from ranked
    where rate_rank = 1
    group by cost_line
),

found as (
    {% for line in cost_lines %}
    select
        '{{ line }}' as cost_line,
        coalesce(sum({{ line }}_amount), 0) as cost_amount
    from {{ ref('customer_profitability') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    found.cost_line,
    expected.cost_amount as volume_times_rate,
    found.cost_amount as of_customers
from found
left join expected on found.cost_line = expected.cost_line
where coalesce(expected.cost_amount, 0) <> found.cost_amount
