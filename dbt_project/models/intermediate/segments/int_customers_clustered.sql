-- One row per customer of int_customers_placed (customer_key): the nearest centre, and the smallest
-- change of one measure that leads to another. The boundary between two centres is the plane half
-- way, so where a change along one axis meets it is exact. What was bought is not unbought: purchases
-- and net amount only grow.
{%- set possible = {
    'days_since_last_order': 'days_since_last_order_exit > 0',
    'occasion_count': 'occasion_count_shift >= 0',
    'net_amount': 'net_amount_shift >= 0',
    'expected_amount': 'expected_amount_exit > 0',
} %}
with
centres as (
    select
        {% for feature in possible %}
        max(case when feature = '{{ feature }}' then centre_points end) as {{ feature }}_centre,
        {% endfor %}
        segment
    from {{ source('models', 'statistical_centre') }}
    group by segment
),

distances as (
    select
        placed.*,
        centres.*,
        0
        {% for feature in possible %}
        + power({{ feature }}_points - {{ feature }}_centre, 2)
        {% endfor %}
            as square
    from {{ ref('int_customers_placed') }} as placed
    cross join centres
),

ranked as (
    select
        *,
        row_number() over (partition by customer_key order by round(square, 9), segment) as place
    from distances
),

exits as (
    select
        others.*,
        {% for feature in possible %}
        (others.square - own.square)
        / (2 * nullif(others.{{ feature }}_centre - own.{{ feature }}_centre, 0))
            as {{ feature }}_shift,
        {% endfor %}
        own.segment as own_segment,
        own.square as own_square
    from ranked as others
    inner join ranked as own on others.customer_key = own.customer_key and own.place = 1
    where others.place > 1
),

-- What the measure would be there. Five standard deviations away is nowhere.
reached as (
    select
        {% for feature in possible %}
        case
            when abs({{ feature }}_shift) < 5
                then
                    {{ feature }}_unit * exp(
                        ({{ feature }}_points + {{ feature }}_shift) * {{ feature }}_width
                        + {{ feature }}_mean
                    ) - {{ feature }}_unit
        end as {{ feature }}_exit,
        {% endfor %}
        *
    from exits
),

least_changed as (
    select
        *,
        least(
            {% for feature, condition in possible.items() %}
            case when {{ condition }} and {{ feature }}_exit is not null then abs({{ feature }}_shift) end
            {{- ',' if not loop.last }}
            {% endfor %}
        ) as change_points,
        min(case when place = 2 then square end) over (partition by customer_key) as second_square
    from reached
),

nearest as (
    select
        *,
        case
            {% for feature, condition in possible.items() %}
            when abs({{ feature }}_shift) = change_points and {{ condition }} then '{{ feature }}'
            {% endfor %}
        end as exit_measure,
        row_number() over (
            partition by customer_key order by round(change_points, 9) asc nulls last, place asc
        ) as exit_place
    from least_changed
)

select
    customer_key,
    own_segment as segment,
    cast(days_since_last_order as bigint) as days_since_last_order,
    cast(occasion_count as bigint) as occasion_count,
    cast(net_amount as decimal(18, 4)) as net_amount,
    cast(expected_amount as decimal(18, 4)) as expected_amount,
    -- A customer on two centres at once is at their boundary.
    round(coalesce(1 - sqrt(own_square) / nullif(sqrt(second_square), 0), 0), 9) as clear_rate,
    case when exit_measure is not null then segment end as exit_segment,
    exit_measure,
    round(change_points, 9) as exit_points,
    cast(
        case exit_measure
            {% for feature in possible %}
            when '{{ feature }}' then {{ feature }}_exit
            {% endfor %}
        end as decimal(18, 4)
    ) as exit_value
from nearest
where exit_place = 1
