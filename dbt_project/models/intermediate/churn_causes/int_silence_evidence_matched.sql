-- One row per silence of a buyer and thing that speaks for a cause (customer_key, silence_start_date,
-- cause, is_declared, words). A signal is evidence within the days that seed churn_evidence gives it
-- around the start of the silence, once however often it came. Not knowing has a row of its own.
with
silences as (
    select * from {{ ref('int_silences_dated') }}
),

signals as (
    select * from {{ ref('int_churn_signals_said') }}
    union all
    select * from {{ ref('int_churn_signals_observed') }}
)

select
    silences.customer_key,
    silences.silence_start_date,
    evidence.cause,
    evidence.is_declared,
    evidence.strength,
    evidence.words,
    min(signals.signal_date) as first_date,
    max(signals.signal_date) as last_date
from silences
inner join signals on silences.customer_key = signals.customer_key
inner join {{ ref('churn_evidence') }} as evidence
    on
        signals.signal = evidence.signal
        and signals.code = evidence.code
        and coalesce(signals.signal_value >= evidence.limit_value, evidence.limit_value is null)
where
    {{ dbt.datediff('silences.silence_start_date', 'signals.signal_date', 'day') }}
    between evidence.from_day and evidence.to_day
    and coalesce(signals.signal_date < silences.silence_end_date, true)
group by
    silences.customer_key,
    silences.silence_start_date,
    evidence.cause,
    evidence.is_declared,
    evidence.strength,
    evidence.words
union all
select
    silences.customer_key,
    silences.silence_start_date,
    'unknown' as cause,
    false as is_declared,
    rules.value as strength,
    '' as words,
    null as first_date,
    null as last_date
from silences
cross join {{ ref('churn_rules') }} as rules
where rules.rule = 'unknown_strength'
