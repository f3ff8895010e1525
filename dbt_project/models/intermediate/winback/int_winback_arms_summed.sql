-- One row per comparison and arm (scope_kind, scope, arm) of attempts to win back: how many were made of
-- lapsed customers of the base, came back and cost. A campaign has all of its attempts; elsewhere each
-- customer counts once, by the first attempt that counts, so that those compared are independent.
with
counted as (
    select
        attempts.*,
        row_number() over (
            partition by attempts.customer_key order by attempts.attempt_number
        ) as place
    from {{ ref('winback') }} as attempts
    where
        attempts.attempt_result in ('running', 'reactivated', 'not_reactivated')
        and not attempts.is_test_customer
),

scoped as (
    select
        'campaign' as scope_kind,
        campaign_id as scope,
        counted.*
    from counted
    {% for kind, scope in [
        ('all', "'all'"),
        ('silence_band', 'silence_band'),
        ('cause', 'cause'),
        ('purchases', "case when occasion_count = 1 then 'once' else 'repeatedly' end"),
    ] %}
    union all
    select
        '{{ kind }}' as scope_kind,
        {{ scope }} as scope,
        counted.*
    from counted
    where place = 1
    {% endfor %}
),

-- Whoever comes back says so at once, who does not only at the end: an attempt counts once its window
-- is over, however it ended.
dated as (
    select
        *,
        window_end_date <= as_of_date as is_over,
        coalesce(second_lifetime_amount, 0) as amount,
        reactivated_date is not null and second_lifetime_amount is null as is_unvalued
    from scoped
)

select
    scope_kind,
    scope,
    arm,
    count(case when is_over then 1 end) as attempt_count,
    count(case when not is_over then 1 end) as young_count,
    count(case when is_over then offered_date end) as offered_count,
    count(case when is_over then responded_date end) as responded_count,
    count(case when is_over then reactivated_date end) as reactivated_count,
    count(case when is_over then second_lapse_date end) as second_lapse_count,
    count(case when is_over and is_unvalued then 1 end) as unvalued_count,
    cast(sum(case when is_over then amount else 0 end) as decimal(18, 4)) as second_lifetime_amount,
    cast(sum(case when is_over then amount * amount else 0 end) as decimal(38, 8))
        as second_lifetime_square_amount,
    cast(sum(case when is_over then cost_amount end) as decimal(18, 4)) as cost_amount
from dated
group by scope_kind, scope, arm
