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
-- The last term breaks ties: of equally near centres, and equally small changes, the first counts.
centres as (
    select
        {% for feature in possible %}
        max(case when feature = '{{ feature }}' then centre_points end) as {{ feature }}_centre,
        {% endfor %}
        segment,
        1e-11 * row_number() over (order by segment) as tie_break
    from {{ source('models', 'statistical_centre') }}
    group by segment
),

nearest as (
    select
        placed.customer_key,
        min_by(
            centres.segment,
            round({{ square_between('placed', 'centres', possible) }}, 9) + centres.tie_break
        ) as segment
    from {{ ref('int_customers_placed') }} as placed
    cross join centres
    group by placed.customer_key
),

compared as (
    select
        placed.*,
        nearest.segment as own_segment,
        others.segment,
        others.tie_break,
        {% for feature in possible %}
        others.{{ feature }}_centre - own.{{ feature }}_centre as {{ feature }}_apart,
        {% endfor %}
        {{ square_between('placed', 'own', possible) }} as own_square,
        {{ square_between('placed', 'others', possible) }} as square
    from {{ ref('int_customers_placed') }} as placed
    inner join nearest on placed.customer_key = nearest.customer_key
    inner join centres as own on nearest.segment = own.segment
    inner join centres as others on nearest.segment <> others.segment
),

shifted as (
    select
        {% for feature in possible %}
        (square - own_square) / (2 * nullif({{ feature }}_apart, 0)) as {{ feature }}_shift,
        {% endfor %}
        *
    from compared
),

-- What the measure would be there. Three standard deviations away is nowhere.
reached as (
    select
        {% for feature in possible %}
        case
            when abs({{ feature }}_shift) < 3
                then
                    {{ feature }}_unit * exp(
                        ({{ feature }}_points + {{ feature }}_shift) * {{ feature }}_width
                        + {{ feature }}_mean
                    ) - {{ feature }}_unit
        end as {{ feature }}_exit,
        {% endfor %}
        *
    from shifted
),

changed as (
    select
        *,
        least(
            {% for feature, condition in possible.items() %}
            case when {{ condition }} and {{ feature }}_exit is not null then abs({{ feature }}_shift) end
            {{- ',' if not loop.last }}
            {% endfor %}
        ) as change_points
    from reached
)

select
    customer_key,
    min(own_segment) as segment,
    cast(min(days_since_last_order) as bigint) as days_since_last_order,
    cast(min(occasion_count) as bigint) as occasion_count,
    cast(min(net_amount) as decimal(18, 4)) as net_amount,
    cast(min(expected_amount) as decimal(18, 4)) as expected_amount,
    -- A customer on two centres at once is at their boundary.
    round(coalesce(1 - sqrt(min(own_square)) / nullif(sqrt(min(square)), 0), 0), 9) as clear_rate,
    min_by(segment, round(change_points, 9) + tie_break) as exit_segment,
    min_by(
        case
            {% for feature, condition in possible.items() %}
            when abs({{ feature }}_shift) = change_points and {{ condition }} then '{{ feature }}'
            {% endfor %}
        end, round(change_points, 9) + tie_break
    ) as exit_measure,
    round(min(change_points), 9) as exit_points,
    cast(
        min_by(
            case
                {% for feature, condition in possible.items() %}
                when abs({{ feature }}_shift) = change_points and {{ condition }} then {{ feature }}_exit
                {% endfor %}
            end, round(change_points, 9) + tie_break
        ) as decimal(18, 4)
    ) as exit_value
from changed
group by customer_key
