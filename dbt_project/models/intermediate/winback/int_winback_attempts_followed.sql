-- One row per attempt to win a customer back (campaign_id, customer_key): an assignment to a campaign of
-- a kind in seed winback_campaign_kinds, hold-outs included. Whether the customer was lapsed then,
-- whether it came back in time, lapsed again, and what it has brought since and cost.
with
rules as (
    select cast(value as integer) as window_days
    from {{ ref('winback_rules') }}
    where rule = 'response_window_days'
),

lapse_rule as (
    select cast(value as integer) as lapsed_days
    from {{ ref('lifecycle_rules') }}
    where rule = 'lapsed_after_days'
),

followed as (
    select
        attempts.*,
        {{ dbt.datediff('attempts.last_purchase_date', 'attempts.assigned_date', 'day') }}
            as silence_days,
        cast({{ dbt.dateadd('day', 'rules.window_days', 'attempts.assigned_date') }} as date)
            as window_end_date,
        case
            when
                attempts.next_purchase_date
                <= {{ dbt.dateadd('day', 'rules.window_days', 'attempts.assigned_date') }}
                then attempts.next_purchase_date
        end as reactivated_date
    from {{ ref('int_campaign_attempts_followed') }} as attempts
    inner join {{ ref('winback_campaign_kinds') }} as kinds
        on attempts.campaign_kind = kinds.campaign_kind
    cross join rules
),

banded as (
    select
        followed.campaign_id,
        followed.customer_key,
        max(bands.from_days) as band_from_days
    from followed
    inner join {{ ref('winback_silences') }} as bands on followed.silence_days >= bands.from_days
    group by followed.campaign_id, followed.customer_key
),

lapsed_again as (
    select
        followed.campaign_id,
        followed.customer_key,
        min(silences.lapsed_date) as second_lapse_date
    from followed
    inner join {{ ref('int_silences_dated') }} as silences
        on
            followed.customer_key = silences.customer_key
            and silences.is_lapsed
            and followed.reactivated_date <= silences.silence_start_date
    group by followed.campaign_id, followed.customer_key
),

-- What the customer has brought from the purchase that brought it back on.
earned as (
    select
        followed.campaign_id,
        followed.customer_key,
        sum(orders.net_amount) as second_net_amount,
        sum(orders.gross_margin_amount) as second_margin_amount
    from followed
    inner join {{ ref('int_orders_netted') }} as orders
        on
            followed.customer_key = orders.customer_key
            and followed.reactivated_date <= orders.purchase_date
    group by followed.campaign_id, followed.customer_key
)

select
    {% for column in [
        'campaign_id', 'customer_key', 'is_test_customer', 'sales_rep_id', 'offer_id', 'arm',
        'assigned_date', 'contacted_date', 'responded_date', 'last_purchase_date',
        'occasion_count', 'silence_days', 'window_end_date', 'reactivated_date',
    ] %}
    followed.{{ column }},
    {% endfor %}
    bands.silence_band,
    case
        when followed.is_in_both_arms then 'assigned to both arms'
        when followed.last_purchase_date is null then 'had never bought'
        when followed.silence_days < lapse_rule.lapsed_days
            then
                'bought ' || cast(followed.silence_days as string) || ' days before, lapsed from '
                || cast(lapse_rule.lapsed_days as string) || ' days on'
    end as ineligible_reason,
    followed.window_end_date <= run_context.as_of_date as is_window_over,
    row_number() over (
        partition by followed.customer_key order by followed.assigned_date, followed.campaign_id
    ) as attempt_number,
    lapsed_again.second_lapse_date,
    earned.second_net_amount,
    earned.second_margin_amount,
    spent.spend_amount as cost_amount
from followed
cross join {{ source('raw', 'run_context') }} as run_context
cross join lapse_rule
left join banded
    on
        followed.campaign_id = banded.campaign_id
        and followed.customer_key = banded.customer_key
left join {{ ref('winback_silences') }} as bands on banded.band_from_days = bands.from_days
left join lapsed_again
    on
        followed.campaign_id = lapsed_again.campaign_id
        and followed.customer_key = lapsed_again.customer_key
left join earned
    on
        followed.campaign_id = earned.campaign_id
        and followed.customer_key = earned.customer_key
left join {{ ref('int_direct_marketing_shared') }} as spent
    on
        followed.campaign_id = spent.campaign_id
        and followed.customer_key = spent.customer_key
