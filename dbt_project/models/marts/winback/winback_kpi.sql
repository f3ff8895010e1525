-- One row per comparison of attempts to win back (scope_kind, scope), at the as-of date: how many lapsed
-- customers came back within response_window_days of the offer, how many of those held out came back
-- by themselves, what the attempts added, what it is worth and what it cost (I10).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as integer) as least_count from {{ ref('winback_rules') }}
    where rule = 'least_returned_count'
),

measured as (
    select
        paired.*,
        case
            when paired.treated_attempt_count = 0
                then 'no attempt of a lapsed customer has run its time'
            when paired.holdout_attempt_count = 0
                then 'nobody was held out: who would have come back anyway is not known'
        end as difference_reason,
        case
            when paired.treated_unvalued_count + paired.holdout_unvalued_count > 0
                then 'no CLV or no cost of the goods of somebody who came back is known'
            when
                least(paired.treated_reactivated_count, paired.holdout_reactivated_count)
                < rules.least_count
                then
                    cast(
                        least(paired.treated_reactivated_count, paired.holdout_reactivated_count)
                        as string
                    )
                    || ' came back in an arm, ' || cast(rules.least_count as string)
                    || ' are needed'
        end as amount_reason
    from {{ ref('int_winback_arms_paired') }} as paired
    cross join rules
),

compared as (
    select
        *,
        coalesce(difference_reason, amount_reason) as gain_reason,
        case
            when coalesce(difference_reason, amount_reason) is null
                then treated_mean - holdout_mean
        end as gain,
        case
            when coalesce(difference_reason, amount_reason) is null
                then {{ welch_half_width(
                    'treated_variance', 'treated_attempt_count', 'holdout_variance',
                    'holdout_attempt_count'
                ) }}
        end as gain_half_width
    from measured
)

select
    compared.scope_kind,
    compared.scope,
    run_context.as_of_date,
    {% for column in [
        'treated_attempt_count', 'holdout_attempt_count', 'treated_young_count',
        'holdout_young_count', 'offered_count', 'responded_count', 'treated_reactivated_count',
        'holdout_reactivated_count', 'treated_second_lapse_count',
    ] %}
    cast(compared.{{ column }} as bigint) as {{ column }},
    {% endfor %}
    {% for arm in ['treated', 'holdout'] %}
    {% set counts = ('compared.' ~ arm ~ '_reactivated_count', 'compared.' ~ arm ~ '_attempt_count') %}
    round({{ share_of_counts(*counts) }}, 12) as {{ arm }}_reactivation_rate,
    {{ wilson_low(*counts) }} as {{ arm }}_reactivation_rate_lo,
    {{ wilson_high(*counts) }} as {{ arm }}_reactivation_rate_hi,
    {% endfor %}
    {% set both = (
        'compared.treated_reactivated_count', 'compared.treated_attempt_count',
        'compared.holdout_reactivated_count', 'compared.holdout_attempt_count',
    ) %}
    round({{ share_of_counts(both[0], both[1]) }} - {{ share_of_counts(both[2], both[3]) }}, 12)
        as winback_rate,
    {{ difference_low(*both) }} as winback_rate_lo,
    {{ difference_high(*both) }} as winback_rate_hi,
    compared.difference_reason as winback_reason,
    cast(
        case
            when compared.treated_unvalued_count = 0
                then
                    cast(compared.treated_second_lifetime_amount as double)
                    / nullif(compared.treated_reactivated_count, 0)
        end as decimal(18, 4)
    ) as second_lifetime_amount,
    {% for arm in ['treated', 'holdout'] %}
    cast(
        case when compared.{{ arm }}_unvalued_count = 0 then compared.{{ arm }}_mean end
        as decimal(18, 4)
    ) as {{ arm }}_value_per_attempt_amount,
    {% endfor %}
    cast(compared.gain as decimal(18, 4)) as gain_per_attempt_amount,
    cast(compared.gain - compared.gain_half_width as decimal(18, 4)) as gain_per_attempt_lo_amount,
    cast(compared.gain + compared.gain_half_width as decimal(18, 4)) as gain_per_attempt_hi_amount,
    compared.cost_amount,
    case
        when compared.cost_amount is null then 'no spend of the attempts is delivered'
    end as cost_reason,
    {% for name, gain in [
        ('', 'compared.gain'),
        ('_lo', 'compared.gain - compared.gain_half_width'),
        ('_hi', 'compared.gain + compared.gain_half_width'),
    ] %}
    cast(
        ({{ gain }}) * compared.treated_attempt_count - cast(compared.cost_amount as double)
        as decimal(18, 4)
    ) as winback_profit{{ name }}_amount,
    {% endfor %}
    compared.gain_reason,
    run_context.currency_code
from compared
cross join run_context
