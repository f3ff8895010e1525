-- One row per kind of subject, cohort and tenure (subject_kind, cohort, tenure) at which anybody ended or
-- was last seen, at the as-of date: the share that lasts beyond the tenure, by the product limit (Kaplan
-- & Meier 1958), with its 95 % interval (Greenwood's variance on the log-log scale), and the hazard.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

-- Logarithms and variances are cut to eighteen decimals and then summed exactly; rates to twelve, so
-- that the last bits of a logarithm are in no publication. Where everybody at risk ends, survival is 0
-- from then on.
steps as (
    select
        *,
        ended_count = at_risk_count as is_last_end,
        case
            when ended_count < at_risk_count
                then cast(
                        ln(1 - cast(ended_count as double) / at_risk_count) as decimal(28, 18)
                    )
            else 0
        end as log_survived,
        case
            when ended_count < at_risk_count
                then cast(
                        cast(ended_count as double)
                        / (cast(at_risk_count as double) * (at_risk_count - ended_count))
                        as decimal(28, 18)
                    )
            else 0
        end as variance_step,
        cast(cast(ended_count as double) / at_risk_count as decimal(28, 18)) as hazard_step
    from {{ ref('int_lifetimes_counted') }}
),

cumulated as (
    select
        *,
        max(case when is_last_end then 1 else 0 end) over curve = 1 as is_over,
        cast(sum(log_survived) over curve as double) as log_survival,
        sqrt(cast(sum(variance_step) over curve as double)) as log_survival_error,
        cast(sum(hazard_step) over curve as double) as cumulative_hazard
    from steps
    window curve as (
        partition by subject_kind, cohort
        order by tenure
        rows between unbounded preceding and current row
    )
),

survived as (
    select
        *,
        case when is_over then 0 else round(exp(log_survival), 12) end as survival_rate,
        case when not is_over and log_survival < 0 then ln(-log_survival) end as log_hazard,
        case
            when not is_over and log_survival < 0
                then 1.959963984540054 * log_survival_error / log_survival
        end as hazard_error
    from cumulated
)

select
    survived.subject_kind,
    survived.cohort,
    survived.tenure,
    case survived.subject_kind when 'customers' then 'days' else 'terms' end as tenure_unit,
    run_context.as_of_date,
    survived.at_risk_count,
    survived.ended_count,
    survived.censored_count,
    survived.survival_rate,
    case
        when survived.log_survival = 0 and not survived.is_over then 1
        else round(exp(-exp(survived.log_hazard - survived.hazard_error)), 12)
    end as survival_lo_rate,
    case
        when survived.log_survival = 0 and not survived.is_over then 1
        else round(exp(-exp(survived.log_hazard + survived.hazard_error)), 12)
    end as survival_hi_rate,
    case when survived.is_over then 'all that were left have ended: no interval' end
        as interval_reason,
    cast(survived.ended_count as double) / survived.at_risk_count as hazard_rate,
    survived.cumulative_hazard,
    min(case when survived.survival_rate <= 0.5 then survived.tenure end) over (
        partition by survived.subject_kind, survived.cohort
    ) as median_tenure
from survived
cross join run_context
