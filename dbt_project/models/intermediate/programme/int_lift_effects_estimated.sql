-- One row per comparison and outcome with a matched member (scope, outcome): the weighted difference
-- between members and others of their strata (the effect on those who joined), and its standard
-- error. The difference is the coefficient of joining in a regression on joining and the strata,
-- others weighing members / others of their stratum; the error is robust and clustered by customer,
-- since the same customer may stand among the others at several landmarks (Iacus, King & Porro 2012;
-- Cameron & Miller 2015, with its correction for few clusters and for the strata).
with
measured as (
    select * from {{ lift_outcome_rows(ref('int_lift_outcomes_measured'), [
        'scope', 'is_today', 'customer_key', 'is_exposed', 'is_later_joined', 'stratum'
    ]) }}
),

strata as (
    select
        *,
        cast(exposed_count as double) / other_count as other_weight,
        (
            cast(exposed_total as double) / exposed_count
            + cast(other_total as double) / other_count
        ) / 2 as middle
    from {{ ref('int_lift_strata_paired') }}
),

effects as (
    select
        scope,
        outcome,
        count(*) as stratum_count,
        sum(exposed_count) as exposed_count,
        sum(other_count) as other_count,
        cast(sum(exposed_total) as double) / cast(sum(exposed_count) as double) as exposed_mean,
        cast(sum(cast(cast(other_total as double) * other_weight as decimal(28, 8))) as double)
        / cast(sum(exposed_count) as double) as other_mean
    from strata
    group by scope, outcome
),

-- Weight times residual times side: what each unit adds to the estimate beyond what is expected.
contributions as (
    select
        measured.scope,
        measured.outcome,
        measured.customer_key,
        cast(case when measured.is_exposed then 0 else strata.other_weight end as decimal(18, 8))
            as other_weight,
        measured.is_later_joined,
        cast(
            case
                when measured.is_exposed
                    then
                        cast(measured.outcome_value as double) - strata.middle
                        - (effects.exposed_mean - effects.other_mean) / 2
                else
                    -strata.other_weight * (
                        cast(measured.outcome_value as double) - strata.middle
                        + (effects.exposed_mean - effects.other_mean) / 2
                    )
            end as decimal(28, 8)
        ) as contribution
    from measured
    inner join strata
        on
            measured.scope = strata.scope
            and measured.outcome = strata.outcome
            and measured.stratum = strata.stratum
    inner join effects on measured.scope = effects.scope and measured.outcome = effects.outcome
    where not measured.is_today
),

customers as (
    select
        scope,
        outcome,
        customer_key,
        cast(sum(contribution) as double) as contribution,
        sum(case when is_later_joined then other_weight else 0 end) as later_joined_weight
    from contributions
    group by scope, outcome, customer_key
),

spreads as (
    select
        scope,
        outcome,
        count(*) as customer_count,
        cast(sum(cast(contribution * contribution as decimal(38, 8))) as double) as square_sum,
        cast(sum(later_joined_weight) as double) as later_joined_weight
    from customers
    group by scope, outcome
)

select
    effects.scope,
    effects.outcome,
    cast(effects.stratum_count as bigint) as stratum_count,
    cast(effects.exposed_count as bigint) as exposed_count,
    cast(effects.other_count as bigint) as other_count,
    cast(spreads.customer_count as bigint) as customer_count,
    effects.exposed_mean,
    effects.other_mean,
    effects.exposed_mean - effects.other_mean as difference,
    case
        when
            spreads.customer_count > 1
            and effects.exposed_count + effects.other_count > effects.stratum_count + 1
            then
                sqrt(
                    spreads.square_sum
                    * spreads.customer_count / (spreads.customer_count - 1)
                    * (effects.exposed_count + effects.other_count - 1)
                    / (effects.exposed_count + effects.other_count - effects.stratum_count - 1)
                ) / cast(effects.exposed_count as double)
    end as standard_error,
    spreads.later_joined_weight / cast(effects.exposed_count as double) as later_joined_rate
from effects
inner join spreads on effects.scope = spreads.scope and effects.outcome = spreads.outcome
