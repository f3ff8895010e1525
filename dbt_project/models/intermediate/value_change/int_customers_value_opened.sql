-- One row per customer that a closing of the last period leads to (customer_key): the state of that
-- day, with the states of customers that have since been found to be the same person.
with
openings as (
    select * from {{ source('history', 'customer_value_opening') }}
),

-- A customer carries the key of one of its records: the record tells where the customer is now.
records as (
    select
        {{ surrogate_key(['source_system', 'customer_id']) }} as record_key,
        customer_key
    from {{ ref('bridge_customer_identity') }}
),

followed as (
    select
        openings.*,
        coalesce(records.customer_key, openings.customer_key) as successor_key
    from openings
    left join records on openings.customer_key = records.record_key
)

select
    successor_key as customer_key,
    max(closing_date) as opening_date,
    cast(count(*) as bigint) as member_count,
    min(first_purchase_date) as first_purchase_date,
    max(last_purchase_date) as last_purchase_date,
    cast(sum(occasion_count) as bigint) as occasion_count,
    cast(sum(positive_repeat_day_count) as bigint) as positive_repeat_day_count,
    {% for amount in [
        'positive_repeat_amount', 'net_amount', 'profit_contribution_amount', 'cost_saving_amount',
        'established_influence_amount', 'potential_amount', 'influence_amount',
    ] %}
    cast(sum({{ amount }}) as decimal(18, 4)) as {{ amount }},
    {% endfor %}
    max(margin_rate) as margin_rate,
    min(currency_code) as currency_code,
    sum(case when customer_key = successor_key then total_amount end) as own_total_amount,
    coalesce(sum(case when customer_key <> successor_key then total_amount end), 0)
        as merged_total_amount,
    sum(case when total_amount is null then 1 else 0 end) as unknown_total_count
from followed
group by successor_key
