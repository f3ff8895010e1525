-- One row per purchase occasion: how far its interval and its spend lie from the customer's own
-- earlier ones, and how far such deviations have piled up (self-starting CUSUM, Hawkins 1987).
-- Both are judged as logarithms, by mean and deviation of all earlier purchases of the customer, once
-- there are signal_baseline_count of these; the sum max(0, S + x - k) is the running sum less its
-- smallest value so far. A longer interval and a smaller spend count as falling.
{% set measures = [('interval', 1), ('spend', -1)] %}
with
rules as (
    select
        max(case when rule = 'signal_baseline_count' then value end) as baseline_count,
        max(case when rule = 'signal_allowance_sd' then value end) as allowance,
        max(case when rule = 'signal_min_sd' then value end) as min_sd
    from {{ ref('loyalty_rules') }}
),

logged as (
    select
        customer_key,
        purchase_date,
        interval_days,
        cast(ln(cast(interval_days as double)) as decimal(18, 6)) as log_interval,
        cast(ln(1 + cast(net_amount as double)) as decimal(18, 6)) as log_spend
    from {{ ref('int_purchase_occasions') }}
),

summed as (
    select
        {% for measure, _ in measures %}
        cast(count(log_{{ measure }}) over earlier as double) as {{ measure }}_count,
        cast(sum(log_{{ measure }}) over earlier as double) as {{ measure }}_sum,
        cast(sum(log_{{ measure }} * log_{{ measure }}) over earlier as double)
            as {{ measure }}_square_sum,
        {% endfor %}
        logged.*
    from logged
    window earlier as (
        partition by customer_key
        order by purchase_date
        rows between unbounded preceding and 1 preceding
    )
),

spread as (
    select
        {% for measure, _ in measures %}
        sqrt(
            greatest(
                {{ measure }}_count * {{ measure }}_square_sum
                - {{ measure }}_sum * {{ measure }}_sum, 0
            ) / ({{ measure }}_count * nullif({{ measure }}_count - 1, 0))
        ) as {{ measure }}_sd,
        {% endfor %}
        summed.*
    from summed
),

-- The deviation of a new value has the variance of the values and that of their mean.
deviated as (
    select
        {% for measure, _ in measures %}
        (cast(log_{{ measure }} as double) - {{ measure }}_sum / nullif({{ measure }}_count, 0))
        / (
            greatest({{ measure }}_sd, cast(rules.min_sd as double))
            * sqrt(1 + 1 / nullif({{ measure }}_count, 0))
        ) as {{ measure }}_t,
        {% endfor %}
        spread.*,
        rules.baseline_count,
        rules.allowance
    from spread
    cross join rules
),

scored as (
    select
        {% for measure, _ in measures %}
        case
            when {{ measure }}_count >= baseline_count
                then {{ normal_score(measure ~ '_t', measure ~ '_count - 1') }}
        end as {{ measure }}_score,
        {% endfor %}
        deviated.*
    from deviated
),

piled as (
    select
        {% for measure, direction in measures %}
        sum({{ direction }} * {{ measure }}_score - allowance) over so_far as {{ measure }}_pile,
        {% endfor %}
        scored.*
    from scored
    window so_far as (
        partition by customer_key
        order by purchase_date
        rows between unbounded preceding and current row
    )
)

select
    {% for measure, _ in measures %}
    {{ measure }}_score,
    cast({{ measure }}_pile - least(min({{ measure }}_pile) over so_far, 0) as decimal(18, 6))
        as {{ measure }}_cusum,
    {% endfor %}
    customer_key,
    purchase_date,
    interval_days,
    log_interval
from piled
window so_far as (
    partition by customer_key
    order by purchase_date
    rows between unbounded preceding and current row
)
