-- One row per customer and characteristic of the credit scorecard that is known of the customer
-- (customer_key, characteristic): its points by seed credit_points, and the most there are.
with
characteristics as (
    {% for characteristic in ['days_past_due', 'limit_use_rate', 'disputes', 'bureau_score'] %}
    select
        customer_key,
        '{{ characteristic }}' as characteristic,
        cast({{ characteristic }} as decimal(18, 6)) as measured_value
    from {{ ref('int_customers_credit_known') }}
    where {{ characteristic }} is not null
    union all
    {% endfor %}
    select
        customer_key,
        'payment_punctuality_rate' as characteristic,
        cast(cast(on_time_amount as double) / due_amount as decimal(18, 6)) as measured_value
    from {{ ref('int_customers_payments_timed') }}
    where due_amount > 0
),

most as (
    select
        characteristic,
        max(points) as max_points
    from {{ ref('credit_points') }}
    group by characteristic
)

select
    characteristics.customer_key,
    characteristics.characteristic,
    characteristics.measured_value,
    points.points,
    most.max_points
from characteristics
inner join {{ ref('credit_points') }} as points
    on
        characteristics.characteristic = points.characteristic
        and (points.lower_bound is null or characteristics.measured_value >= points.lower_bound)
        and (points.upper_bound is null or characteristics.measured_value < points.upper_bound)
inner join most on characteristics.characteristic = most.characteristic
