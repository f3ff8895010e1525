-- One row per customer of whom a characteristic of the credit scorecard is known (customer_key): the
-- points, the share they are of the points that could be had on what is known, and the grade. Below
-- credit_min_coverage_rate of all points there is no grade. A missing figure is no bad figure.
{%- set characteristics = [
    'days_past_due', 'limit_use_rate', 'disputes', 'bureau_score', 'payment_punctuality_rate',
] %}
with
rules as (
    select max(case when rule = 'credit_min_coverage_rate' then value end) as min_coverage_rate
    from {{ ref('value_rules') }}
),

most as (
    select sum(max_points) as max_points
    from (
        select max(points) as max_points
        from {{ ref('credit_points') }}
        group by characteristic
    ) as by_characteristic
),

scored as (
    select
        {% for characteristic in characteristics %}
        max(case when characteristic = '{{ characteristic }}' then points end)
            as {{ characteristic }}_points,
        {% endfor %}
        sum(points) as credit_points,
        sum(max_points) as known_max_points,
        customer_key
    from {{ ref('int_credit_characteristics_scored') }}
    group by customer_key
),

rated as (
    select
        scored.*,
        cast(scored.known_max_points as double) / most.max_points as coverage_rate,
        case
            when scored.known_max_points >= rules.min_coverage_rate * most.max_points
                then
                    cast(
                        cast(scored.credit_points as double) / scored.known_max_points
                        as decimal(9, 6)
                    )
        end as points_rate
    from scored
    cross join rules
    cross join most
),

-- Each grade reaches up to the share that the next better one begins with.
grades as (
    select
        credit_grade,
        min_points_rate,
        lead(min_points_rate, 1, 2) over (order by min_points_rate) as next_points_rate
    from {{ ref('credit_grades') }}
)

select
    rated.customer_key,
    {% for characteristic in characteristics %}
    cast(rated.{{ characteristic }}_points as integer) as {{ characteristic }}_points,
    {% endfor %}
    cast(rated.credit_points as integer) as credit_points,
    cast(rated.known_max_points as integer) as credit_max_points,
    rated.coverage_rate,
    cast(rated.points_rate as double) as credit_points_rate,
    grades.credit_grade
from rated
left join grades
    on
        rated.points_rate >= grades.min_points_rate
        and rated.points_rate < grades.next_points_rate
