-- One row per customer with at least one purchase occasion: where its two CUSUMs stand and since when
-- they are above the limit, and its intervals beside the days since the last purchase.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'signal_limit_sd' then value end) as cusum_limit
    from {{ ref('loyalty_rules') }}
),

dated as (
    select
        *,
        max(purchase_date) over (partition by customer_key) as last_purchase_date
    from {{ ref('int_purchases_standardised') }}
),

-- A signal stands since the first purchase after the last one that was within the limit.
purchases as (
    select
        {% for measure in ['interval', 'spend'] %}
        max(
            case
                when coalesce(dated.{{ measure }}_cusum, 0) <= rules.cusum_limit
                    then dated.purchase_date
            end
        ) over (partition by dated.customer_key) as {{ measure }}_calm_date,
        {% endfor %}
        dated.*,
        {{ dbt.datediff('dated.last_purchase_date', 'run_context.as_of_date', 'day') }}
            as days_since_last_order
    from dated
    cross join rules
    cross join run_context
)

select
    {% for measure in ['interval', 'spend'] %}
    max(case when purchase_date = last_purchase_date then {{ measure }}_cusum end)
        as {{ measure }}_cusum,
    min(case when purchase_date > {{ measure }}_calm_date then purchase_date end)
        as {{ measure }}_signal_date,
    {% endfor %}
    customer_key,
    max(last_purchase_date) as last_purchase_date,
    cast(max(days_since_last_order) as bigint) as days_since_last_order,
    count(interval_days) as interval_count,
    cast(coalesce(sum(interval_days), 0) as bigint) as interval_sum,
    cast(sum(log_interval) as decimal(38, 6)) as log_interval_sum,
    cast(sum(log_interval * log_interval) as decimal(38, 12)) as log_interval_square_sum,
    sum(case when interval_days < days_since_last_order then 1 else 0 end)
        as shorter_interval_count
from purchases
group by customer_key
