-- One row per campaign with direct spend and customer it contacted (campaign_id, customer_key): the
-- customer's share of the spend, by contacts. Shares are differences of a rounded running total, so
-- that those of a campaign add up to its spend exactly.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

window_rule as (
    select cast(value as integer) as window_days
    from {{ ref('value_rules') }}
    where rule = 'margin_window_days'
),

spend as (
    select
        split.campaign_id,
        sum(split.direct_spend_amount) as spend_amount,
        sum(case
            when
                {{ dbt.datediff('split.spend_date', 'run_context.as_of_date', 'day') }}
                < window_rule.window_days
                then split.direct_spend_amount
            else 0
        end) as window_spend_amount
    from {{ ref('int_marketing_spend_split') }} as split
    cross join run_context
    cross join window_rule
    where split.direct_spend_amount <> 0
    group by split.campaign_id
),

ranked as (
    select
        campaign_id,
        customer_key,
        contact_count,
        sum(contact_count) over (
            partition by campaign_id order by customer_key
            rows between unbounded preceding and current row
        ) as running_count,
        sum(contact_count) over (partition by campaign_id) as campaign_count
    from {{ ref('int_campaign_contacts_counted') }}
),

running as (
    select
        {% for amount in ['spend_amount', 'window_spend_amount'] %}
        cast(
            cast(spend.{{ amount }} as double)
            * (cast(ranked.running_count as double) / cast(ranked.campaign_count as double))
            as decimal(18, 4)
        ) as running_{{ amount }},
        cast(
            cast(spend.{{ amount }} as double)
            * (
                cast(ranked.running_count - ranked.contact_count as double)
                / cast(ranked.campaign_count as double)
            )
            as decimal(18, 4)
        ) as previous_{{ amount }},
        {% endfor %}
        ranked.campaign_id,
        ranked.customer_key,
        ranked.contact_count
    from ranked
    inner join spend on ranked.campaign_id = spend.campaign_id
)

select
    campaign_id,
    customer_key,
    contact_count,
    cast(running_spend_amount - previous_spend_amount as decimal(18, 4)) as spend_amount,
    cast(running_window_spend_amount - previous_window_spend_amount as decimal(18, 4))
        as window_spend_amount
from running
