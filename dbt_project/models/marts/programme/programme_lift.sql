-- One row per comparison (all programmes, one programme, one club) and outcome: what members do beyond
-- others who were like them when they joined, with the 95 % interval of that difference; beside it
-- the plain gap between members and others as they stand today, which is not causal.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'follow_up_days' then cast(value as integer) end) as follow_up_days,
        max(case when rule = 'least_matched' then cast(value as integer) end) as least_matched
    from {{ ref('lift_rules') }}
),

joined as (
    select
        gaps.*,
        rules.follow_up_days,
        case when gaps.unit like '% per year' then 365e0 / rules.follow_up_days else 1e0 end
            as scale,
        coalesce(effects.exposed_count, 0) as matched_member_count,
        coalesce(effects.other_count, 0) as matched_other_count,
        coalesce(effects.customer_count, 0) as matched_customer_count,
        coalesce(effects.stratum_count, 0) as stratum_count,
        effects.exposed_mean,
        effects.other_mean,
        effects.difference,
        effects.standard_error,
        effects.later_joined_rate,
        case
            when (select count(*) from {{ ref('int_memberships_resolved') }}) = 0
                then 'no memberships delivered'
            when gaps.landmark_count = 0
                then
                    'no customer joined at least ' || cast(rules.follow_up_days as string)
                    || ' days ago'
            when gaps.member_count = 0
                then
                    case gaps.outcome
                        when 'clv' then 'no member has a CLV'
                        when 'recommendation' then 'no member has answered since joining'
                        else 'no visits or contacts that reach back over the window'
                    end
            when coalesce(effects.exposed_count, 0) < rules.least_matched
                then
                    cast(coalesce(effects.exposed_count, 0) as string)
                    || ' members have a counterpart, '
                    || cast(rules.least_matched as string) || ' are needed'
            when effects.standard_error is null then 'too few customers in too many strata'
        end as lift_reason
    from {{ ref('int_lift_gaps_summed') }} as gaps
    cross join rules
    left join {{ ref('int_lift_effects_estimated') }} as effects
        on
            gaps.scope = effects.scope
            and gaps.outcome = effects.outcome
),

-- Too few pairs: the counts stay, the estimate goes.
scaled as (
    select
        *,
        case when lift_reason is null then exposed_mean * scale end as member_mean,
        case when lift_reason is null then other_mean * scale end as matched_other_mean,
        case when lift_reason is null then difference * scale end as lift,
        case when lift_reason is null then standard_error * scale end as lift_standard_error
    from joined
),

bounded as (
    select
        *,
        lift - 1.959963984540054e0 * lift_standard_error as lift_low,
        lift + 1.959963984540054e0 * lift_standard_error as lift_high,
        -- The zero of a net promoter score is no beginning: nothing is a share of it.
        case when outcome <> 'recommendation' then nullif(matched_other_mean, 0) end as base_mean,
        case when outcome <> 'recommendation' then nullif(plain_other_mean, 0) end as plain_base
    from scaled
)

select
    bounded.scope || '/' || bounded.outcome as programme_lift_key,
    run_context.as_of_date,
    bounded.scope,
    bounded.scope_kind,
    bounded.program_id,
    bounded.club,
    bounded.outcome,
    bounded.unit,
    bounded.member_mean,
    bounded.matched_other_mean,
    bounded.lift,
    bounded.lift_standard_error,
    bounded.lift_low,
    bounded.lift_high,
    bounded.lift / bounded.base_mean as relative_lift_rate,
    bounded.lift_low / bounded.base_mean as relative_lift_low_rate,
    bounded.lift_high / bounded.base_mean as relative_lift_high_rate,
    bounded.lift_reason,
    {% for column in [
    'follow_up_days', 'landmark_count', 'member_count', 'other_count', 'matched_member_count',
    'matched_other_count', 'matched_customer_count', 'stratum_count', 'plain_member_count',
    'plain_other_count',
] %}
    cast(bounded.{{ column }} as bigint) as {{ column }},
    {% endfor %}
    bounded.first_landmark_date,
    bounded.last_landmark_date,
    bounded.later_joined_rate,
    bounded.plain_member_mean * bounded.scale as plain_member_mean,
    bounded.plain_other_mean * bounded.scale as plain_other_mean,
    (bounded.plain_member_mean - bounded.plain_other_mean) * bounded.scale as plain_gap,
    (bounded.plain_member_mean - bounded.plain_other_mean) / bounded.plain_base
        as plain_gap_rate,
    'not causal: those who join differ from those who do not' as plain_gap_caveat,
    run_context.currency_code
from bounded
cross join run_context
